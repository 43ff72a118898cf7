/** Zoom, shared by all charts of time, with the buttons for phases. Part of the script of a report: see `page-script.ts`. */
export const ZOOM = `
  function zoom(chart, window) {
    var same = chart.model.x.kind === 'time' ? charts.filter(function (other) { return other.model.x.kind === 'time'; }) : [chart];
    if (chart.model.x.kind === 'time') timeWindow = window;
    same.forEach(function (other) {
      var to = window === null ? other.domain : window;
      other.view.signal('x0', to[0]).signal('x1', to[1]).runAsync();
    });
    hide();
    if (chart.model.x.kind === 'time') mark();
  }

  var bar = document.querySelector('[data-zoom]');
  var scaleOf = { s: 1, min: 60, h: 3600 };
  function secondsOf(button) { return [Number(button.dataset.from), Number(button.dataset.to)]; }
  function mark() {
    var any = charts.find(function (chart) { return chart.model.x.kind === 'time'; });
    if (!bar || !any) return;
    var unit = scaleOf[any.model.x.unit];
    bar.querySelectorAll('button').forEach(function (button, index) {
      var range = secondsOf(button);
      var on = timeWindow === null ? index === 0 : index > 0 && range[0] / unit === timeWindow[0] && range[1] / unit === timeWindow[1];
      button.setAttribute('aria-pressed', String(on));
    });
  }
  if (bar) {
    bar.hidden = false;
    bar.querySelectorAll('button').forEach(function (button, index) {
      button.addEventListener('click', function () {
        var any = charts.find(function (chart) { return chart.model.x.kind === 'time'; });
        if (!any) return;
        var unit = scaleOf[any.model.x.unit];
        var range = secondsOf(button);
        zoom(any, index === 0 ? null : [range[0] / unit, range[1] / unit]);
      });
    });
  }
`;
