// Tables: sorted by a click on a head, filtered by words, their totals following what is seen.
"use strict";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const cents = (total) => {
  const whole = (total < 0n ? -total : total).toString().padStart(3, "0");
  const units = whole.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${total < 0n ? "-" : ""}${units},${whole.slice(-2)}\u00a0€`;
};

for (const table of document.querySelectorAll(".listing table")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const foot = table.tFoot ? table.tFoot.rows[0].cells : [];
  const value = (row, place) => row.cells[place].dataset.v ?? row.cells[place].textContent;

  const add = () => {
    const seen = [...body.rows].filter((row) => !row.hidden);
    heads.forEach((head, place) => {
      if (!head.dataset.sum || !foot[place] || place === 0) return;
      const total = seen.reduce((sum, row) => sum + BigInt(row.cells[place].dataset.v ?? 0), 0n);
      foot[place].textContent = head.dataset.sum === "amount" ? cents(total) : total.toString();
    });
    const count = document.querySelector(`[data-count="${table.id}"]`);
    if (count) count.textContent = `${seen.length} ligne${seen.length > 1 ? "s" : ""}`;
  };

  const compare = (one, other) => {
    const number = /^-?\d+$/;
    if (number.test(one) && number.test(other)) return Number(one) - Number(other);
    return one.localeCompare(other, "fr", { numeric: true });
  };

  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((one, other) => compare(value(one, place), value(other, place)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });

  const filter = document.querySelector(`[data-filter="${table.id}"]`);
  if (filter) {
    filter.addEventListener("input", () => {
      const words = plain(filter.value).split(/\s+/).filter(Boolean);
      for (const row of body.rows) {
        const text = plain(row.textContent);
        row.hidden = !words.every((word) => text.includes(word));
      }
      add();
    });
  }
}
