// Quiz and Prediction: choose, answer with the button, read the feedback beside the choice.
function wake(form) {
  form.dataset.awake = "";
  const once = form.dataset.kind === "prediction";
  const score = form.querySelector(".pl-score");
  const answers = form.querySelector(".pl-answers");
  const told = [...answers.querySelectorAll("li")]; // in the order of the options
  answers.remove(); // they stand there for readers without a script

  for (const question of form.querySelectorAll(".pl-question")) {
    const options = [...question.querySelectorAll(".pl-option")];
    const mine = told.splice(0, options.length);
    const button = question.querySelector("button");
    const nudge = question.querySelector(".pl-nudge");
    button.addEventListener("click", () => {
      const chosen = options.findIndex((option) => option.querySelector("input").checked);
      nudge.textContent = chosen < 0 ? "Choose an option first." : "";
      if (chosen < 0 || button.hasAttribute("aria-disabled")) return;
      tell(options[chosen], mine[chosen]);
      if (once) lock(options, button);
      else if (options[chosen].dataset.verdict === "Right") question.dataset.done = "";
      if (score) count();
    });
    question.addEventListener("change", () => { nudge.textContent = ""; });
  }
  form.addEventListener("submit", (event) => event.preventDefault());

  function tell(option, answer) {
    const feedback = option.querySelector(".pl-feedback");
    const verdict = document.createElement("b");
    verdict.textContent = `${answer.dataset.verdict}. `;
    option.dataset.verdict = answer.dataset.verdict;
    feedback.replaceChildren(verdict, answer.querySelector(".pl-why").cloneNode(true));
  }
  function lock(options, button) {
    for (const option of options) option.querySelector("input").disabled = true;
    button.setAttribute("aria-disabled", "true"); // still in the tab order, so that the focus is not lost
    button.textContent = "Committed";
  }
  function count() {
    const questions = form.querySelectorAll(".pl-question");
    const right = form.querySelectorAll(".pl-question[data-done]").length;
    const text = `${right} of ${questions.length} answered right`;
    if (score.textContent !== text) score.textContent = text;
  }
}

export default home("quiz", wake);
