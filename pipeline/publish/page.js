// Tables that can be sorted by a click or by the keyboard; without this script they stay as they are.
(function () {
  "use strict";

  // Numbers are compared by data-v, other cells as text; cells that say nothing come last.
  function key(row, column) {
    var cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
  }

  function compare(a, b, numeric) {
    if (a === b) return 0;
    if (a === "") return 2;
    if (b === "") return -2;
    if (numeric) return Math.sign(Number(a) - Number(b));
    return a.localeCompare(b, document.documentElement.lang) < 0 ? -1 : 1;
  }

  function sort(table, head, column) {
    var body = table.tBodies[0];
    var numeric = head.classList.contains("n");
    var before = head.getAttribute("aria-sort");
    // the first click on numbers shows the largest on top
    var down = before ? before === "ascending" : numeric;
    var rows = Array.from(body.rows).map(function (row, i) {
      return { row: row, key: key(row, column), i: i };
    });
    rows.sort(function (a, b) {
      var c = compare(a.key, b.key, numeric);
      if (Math.abs(c) === 2) return c;
      return (down ? -c : c) || a.i - b.i;
    });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) {
      cell.removeAttribute("aria-sort");
    });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.forEach(function (x) { body.appendChild(x.row); });
  }

  document.querySelectorAll("table.sortable").forEach(function (table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, head, column); });
    });
  });
})();
