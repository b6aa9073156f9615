# Reading:   make book     builds the book and serves it on 127.0.0.1 (SERVE=0: builds only)
#            make weights  pretrained weights (part of book and test): from here, 160 MB come over the network
#            make pdf, make epub, make offline   the book to print, for e-readers, as one zip to carry along
# Working:   make lab      student notebooks in JupyterLab
# Teaching:  make course   sets up the command pruning-lab course, says whether grading is safe here
#            make decks    slides of every chapter, in _build/decks (PDF=1: printed as well)
# Changing:  make test     everything; make check: style, types, import rules, spelling; make bench, make measure: figures
# Trust:     make sbom     bill of materials; make audit: known weaknesses of packages (asks the open network)
# Another Python: make book PYTHON=python3.12        Where Pyodide comes from: make book PYODIDE=…, see CONTRIBUTING.md

PYTHON ?= python3
SERVE ?= 1
IN = $(if $(filter Windows_NT,$(OS)),.venv/Scripts/python,.venv/bin/python)
SETUP = @command -v $(PYTHON) >/dev/null || { echo "No program called $(PYTHON) is on this machine: install Python 3.11 or later."; exit 1; }; $(PYTHON) book/site/environment.py

.PHONY: book weights pdf epub offline lab course decks check test test-load bench measure sbom audit lock clean

book:      ; $(SETUP) book && $(IN) book/site/build.py && $(IN) book/site/serve.py $(SERVE)
weights:   ; $(SETUP) book && $(IN) book/site/weights.py
pdf:       ; $(SETUP) dev && $(IN) book/site/build.py && $(IN) book/site/forms/pdf.py
epub:      ; $(SETUP) dev && $(IN) book/site/build.py && $(IN) book/site/forms/epub.py
offline:   ; $(SETUP) book && $(IN) book/site/build.py && $(IN) book/site/forms/offline.py
lab:       ; $(SETUP) book lab && $(IN) book/site/lab.py
course:    ; $(SETUP) course && $(IN) -m pruning_lab.course.command course doctor
decks:     ; $(SETUP) $(if $(PDF),dev,book) && $(IN) book/site/decks.py $(if $(PDF),pdf)
check:     ; $(SETUP) dev && $(IN) book/site/check.py
test:      ; $(SETUP) dev && $(IN) book/site/weights.py && $(IN) book/site/check.py && $(IN) book/site/build.py && $(IN) -m pytest -n 2 --dist loadfile -m "not load"
test-load: ; $(SETUP) dev && $(IN) book/site/weights.py && $(IN) book/site/build.py && $(IN) -m pytest -m load
bench:     ; $(SETUP) dev bench && $(IN) tests/benchmarks/run.py
measure:   ; $(SETUP) dev && $(IN) book/site/build.py && $(IN) book/site/measure.py
sbom:      ; $(SETUP) dev && $(IN) book/site/sbom.py
audit:     ; $(SETUP) dev audit && $(IN) book/site/audit.py
lock:      ; $(SETUP) dev course bench audit && $(IN) book/site/environment.py --lock
clean:     ; @$(PYTHON) book/site/environment.py --clean
