// How search results are ranked: terms of the glossary, then names of the library, titles, text.
var Scorer = {
  objNameMatch: 500, objPartialMatch: 10, objPrio: {}, objPrioDefault: 0,
  title: 60, partialTitle: 7, term: 5, partialTerm: 2,
  score: (result) => { // [page, title, anchor, description, score, file]
    const [, , anchor, , score] = result;
    if (!anchor.startsWith("#term-")) return score;
    result[1] = decodeURIComponent(anchor.slice(6)).replaceAll("-", " ");
    result[3] = "term of the glossary";
    return score + 1000;
  },
};
