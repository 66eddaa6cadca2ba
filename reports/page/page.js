
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
  // What if: the settings of the levers are the key of an answer, which is what is said,
  // the share and the ends of the interval.
  document.querySelectorAll(".ask").forEach(function (ask) {
    var data = JSON.parse(ask.dataset.answers), whom = ask.querySelector("select"), said = ask.querySelector(".said"), bar = ask.querySelector(".bar");
    function put(name, left, width) {
      var e = bar.querySelector(name);
      e.style.left = left + "%";
      if (width !== undefined) { e.style.width = width + "%"; }
    }
    function look() {
      var group = data.groups[whom.value], chosen = Array.from(ask.querySelectorAll("input:checked"));
      var key = chosen.map(function (i) { return i.value; }).join(""), answer = group.answers[key], still = key === data.now;
      var text = group.label + ": now " + group.now[0] + " " + data.share + ".";
      if (!still) {
        var moved = chosen.filter(function (_, l) { return key[l] !== data.now[l]; }).map(function (i) {
          var lever = i.closest("fieldset").querySelector("legend").textContent;
          return (lever[0] === "“" ? lever : "“" + lever + "”") + " " + i.nextElementSibling.textContent;
        });
        text += " With " + moved.join(" and ") + (answer ? " it would be " + answer[0] + "." : ": not offered. More than two things moved at a time, too few people answer so, or nobody of this group would move.");
      }
      said.textContent = text;
      bar.classList.toggle("still", still || !answer);
      put(".now", group.now[1]);
      if (answer && !still) {
        put(".then", answer[1]);
        put(".range", answer[2], answer[3] - answer[2]);
      }
    }
    ask.hidden = false;
    ask.addEventListener("change", look);
    ask.querySelector("button").addEventListener("click", function () {
      Array.from(data.now).forEach(function (k, l) { ask.querySelector("[name=lever-" + l + "][value='" + k + "']").checked = true; });
      look();
    });
    look();
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
