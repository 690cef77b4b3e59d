/** Says what rows and cells are, for Safari forgets it when CSS lays a table out as cards. */

const roles = {
  TABLE: "table",
  THEAD: "rowgroup",
  TBODY: "rowgroup",
  TR: "row",
  TD: "cell",
  TH: "columnheader",
};

for (const table of document.querySelectorAll("table.table")) {
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
    part.setAttribute("role", part.scope === "row" ? "rowheader" : roles[part.tagName]);
  }
}
