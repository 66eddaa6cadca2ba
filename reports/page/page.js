
(function () {
  "use strict";
  // A link to a table that is folded away opens it.
  function reveal() {
    var at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var e = at; e; e = e.parentElement) { if (e.tagName === "DETAILS") { e.open = true; } }
    if (at) { at.scrollIntoView(); }
  }
  addEventListener("hashchange", reveal);
  if (location.hash) { reveal(); }
  document.addEventListener("click", function (e) {
    var a = e.target.closest && e.target.closest("a[href^='#']");
    if (a && a.hash === location.hash) { reveal(); }
  });
  // Finding a table by a word, and opening all of them.
  var index = document.querySelector(".index");
  if (!index) { return; }
  var tools = document.createElement("p"), label = document.createElement("label"), find = document.createElement("input"), all = document.createElement("button");
  tools.className = "tools";
  find.type = "search";
  label.append("Find a table ", find);
  all.type = "button";
  all.textContent = "Open all tables";
  tools.append(label, all);
  index.before(tools);
  find.addEventListener("input", function () {
    var word = find.value.trim().toLowerCase();
    index.querySelectorAll("li").forEach(function (li) { li.hidden = li.textContent.toLowerCase().indexOf(word) < 0; });
  });
  all.addEventListener("click", function () {
    var open = all.textContent === "Open all tables";
    document.querySelectorAll("details.table").forEach(function (d) { d.open = open; });
    all.textContent = open ? "Close all tables" : "Open all tables";
  });
})();
