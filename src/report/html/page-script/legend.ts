/** Series are switched off and on in the legend. Part of the script of a report: see `page-script.ts`. */
export const LEGEND = `
  function legend(chart) {
    chart.figure.querySelectorAll('.legend li').forEach(function (item) {
      var id = item.dataset.series;
      var button = element('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.append.apply(button, Array.from(item.childNodes));
      button.addEventListener('click', function () {
        var shown = chart.hidden.indexOf(id) >= 0;
        chart.hidden = shown ? chart.hidden.filter(function (other) { return other !== id; }) : chart.hidden.concat(id);
        button.setAttribute('aria-pressed', String(shown));
        chart.view.signal('hidden', chart.hidden.slice()).runAsync();
      });
      item.append(button);
    });
  }
`;
