/** A drawn chart becomes one that answers the pointer, when it comes near the screen. Part of the script of a report: see `page-script.ts`. */
export const LIVE_CHART = `
  function hydrate(figure) {
    if (figure.dataset.live) return;
    figure.dataset.live = 'drawing';
    var model = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    var stage = figure.querySelector('.stage');
    var plot = figure.querySelector('.plot');
    model.spec.data.forEach(function (source) { if (source.name === 'rows') source.values = rowsOf(model.rows); });
    var holder = element('div');
    var chart = { figure: figure, stage: stage, plot: plot, holder: holder, model: model, hidden: [], at: null };
    var view = new vega.View(vega.parse(model.spec, null, { ast: true }), {
      expr: plimsollInterpreter, renderer: 'svg', hover: false, logLevel: vega.Error
    });
    chart.view = view;
    chart.domain = [view.signal('x0'), view.signal('x1')];
    // The browser can measure text, so names need not be cut by an estimate.
    view.signal('slack', 1);
    if (timeWindow !== null && model.x.kind === 'time') view.signal('x0', timeWindow[0]).signal('x1', timeWindow[1]);
    view.width(Math.max(240, stage.clientWidth)).initialize(holder);
    view.runAsync().then(function () {
      plot.replaceChildren(holder);
      chart.cursor = element('div', 'cursor');
      chart.selection = element('div', 'selection');
      chart.tip = element('div', 'tip');
      chart.tip.setAttribute('role', 'status');
      chart.cursor.hidden = chart.selection.hidden = chart.tip.hidden = true;
      stage.append(chart.cursor, chart.selection, chart.tip);
      plot.tabIndex = 0;
      listen(chart);
      legend(chart);
      charts.push(chart);
      figure.dataset.live = 'yes';
      new ResizeObserver(function () {
        var width = stage.clientWidth;
        if (width < 240 || width === chart.width) return;
        chart.width = width;
        view.width(width).runAsync();
      }).observe(stage);
    }).catch(function (error) {
      figure.dataset.live = 'failed';
      console.error(error);
    });
  }
`;
