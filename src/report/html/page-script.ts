/**
 * The script of a report: draws a chart again with Vega when it comes near the screen, with a cursor and figures under the pointer,
 * zoom shared by all charts of time, and series that can be switched off in the legend. Text from the run is only ever set as
 * textContent; styles go through the CSSOM; nothing is fetched. Plain JavaScript, because the page is its only home.
 */
export const PAGE_SCRIPT = `
(function () {
  'use strict';
  if (typeof vega === 'undefined' || typeof plimsollInterpreter === 'undefined') return;
  var charts = [];
  var timeWindow = null;

  function three(value) {
    if (value === 0) return '0';
    var rounded = Number(value.toPrecision(3));
    var digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
    return rounded.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  function milliseconds(value) {
    if (value >= 999.5) return three(value / 1000) + ' s';
    return value < 0.9995 ? Math.round(value * 1000) + ' µs' : three(value) + ' ms';
  }
  var units = {
    ms: milliseconds,
    perS: function (value) { return three(value) + '/s'; },
    count: function (value) { return Number(value.toFixed(1)).toLocaleString('en-US'); },
    cores: function (value) { return value.toFixed(2) + ' cores'; },
    MiB: function (value) { return three(value) + ' MiB'; },
    plain: function (value) { return Number(value.toPrecision(5)).toLocaleString('en-US', { maximumFractionDigits: 6 }); },
    health: function (value) { return value === 1 ? 'ok' : 'failing'; }
  };
  function xText(chart, x) {
    if (chart.model.x.kind === 'time') return Number(x.toFixed(2)).toLocaleString('en-US') + ' ' + chart.model.x.unit;
    return Number((100 - 100 / x).toPrecision(7)) + ' % of calls';
  }
  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function swatch(series) {
    var svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    var line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
    var of = { 'class': 'swatch', width: 26, height: 10, viewBox: '0 0 26 10' };
    Object.keys(of).forEach(function (name) { svg.setAttribute(name, of[name]); });
    var drawn = { x1: 1, y1: 5, x2: 25, y2: 5, stroke: series.colour, 'stroke-width': 2.25, 'stroke-dasharray': series.dash.join(' ') };
    Object.keys(drawn).forEach(function (name) { line.setAttribute(name, drawn[name]); });
    svg.append(line);
    return svg;
  }
  function rowsOf(rows) {
    var ids = Object.keys(rows.columns);
    return rows.x.map(function (x, index) {
      var row = { x: x };
      ids.forEach(function (id) { row[id] = rows.columns[id][index]; });
      return row;
    });
  }

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

  // Where the plot lies within the stage, in CSS pixels.
  function frame(chart) {
    var svg = chart.holder.querySelector('svg');
    var box = svg.getBoundingClientRect();
    var outer = chart.stage.getBoundingClientRect();
    var ratio = box.width / svg.width.baseVal.value;
    var scale = chart.view.scale('x');
    var origin = chart.view.origin();
    var padding = chart.view.padding();
    return {
      left: box.left - outer.left + (origin[0] + padding.left) * ratio,
      top: box.top - outer.top + (origin[1] + padding.top) * ratio,
      width: scale.range()[1] * ratio,
      height: chart.view.signal('height') * ratio,
      ratio: ratio,
      scale: scale
    };
  }
  function xAt(chart, event) {
    var area = frame(chart);
    var px = event.clientX - chart.stage.getBoundingClientRect().left - area.left;
    return area.scale.invert(Math.min(area.width, Math.max(0, px)) / area.ratio);
  }
  function nearest(chart, x) {
    var xs = chart.model.rows.x;
    var best = -1;
    var visible = chart.view.scale('x').domain();
    for (var index = 0; index < xs.length; index++) {
      if (xs[index] < visible[0] || xs[index] > visible[1]) continue;
      if (best < 0 || Math.abs(xs[index] - x) < Math.abs(xs[best] - x)) best = index;
    }
    return best;
  }

  function drawCursor(chart, index) {
    chart.at = index;
    if (index < 0) { chart.cursor.hidden = true; return; }
    var area = frame(chart);
    chart.cursor.style.left = area.left + area.scale(chart.model.rows.x[index]) * area.ratio + 'px';
    chart.cursor.style.top = area.top + 'px';
    chart.cursor.style.height = area.height + 'px';
    chart.cursor.hidden = false;
  }
  function showAt(chart, index) {
    drawCursor(chart, index);
    if (index < 0) { chart.tip.hidden = true; return; }
    var tip = chart.tip;
    tip.replaceChildren(element('p', '', xText(chart, chart.model.rows.x[index])));
    chart.model.series.forEach(function (series) {
      if (chart.hidden.indexOf(series.id) >= 0) return;
      var value = chart.model.rows.columns[series.id][index];
      var beyond = series.beyond && series.beyond.indexOf(index) >= 0;
      var line = element('div');
      line.append(swatch(series));
      line.append(element('span', '', series.label));
      line.append(element('b', '', beyond ? chart.model.beyond : value === null ? 'none' : units[chart.model.unit](value)));
      tip.append(line);
    });
    tip.hidden = false;
    var area = frame(chart);
    var left = area.left + area.scale(chart.model.rows.x[index]) * area.ratio;
    var over = left + 16 + tip.offsetWidth > chart.stage.clientWidth;
    tip.style.left = Math.max(0, over ? left - 14 - tip.offsetWidth : left + 14) + 'px';
    tip.style.top = area.top + 6 + 'px';
    if (chart.model.x.kind !== 'time') return;
    charts.forEach(function (other) {
      if (other !== chart && other.model.x.kind === 'time') drawCursor(other, index);
    });
  }
  function hide() {
    charts.forEach(function (chart) {
      chart.cursor.hidden = true;
      chart.tip.hidden = true;
      chart.at = null;
    });
  }

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

  function listen(chart) {
    var plot = chart.plot;
    var start = null;
    plot.addEventListener('pointermove', function (event) {
      if (start !== null) {
        var area = frame(chart);
        var origin = chart.stage.getBoundingClientRect().left;
        var from = Math.max(area.left, Math.min(start, event.clientX) - origin);
        var to = Math.min(area.left + area.width, Math.max(start, event.clientX) - origin);
        chart.selection.style.left = from + 'px';
        chart.selection.style.width = Math.max(0, to - from) + 'px';
        chart.selection.style.top = area.top + 'px';
        chart.selection.style.height = area.height + 'px';
        chart.selection.hidden = Math.abs(event.clientX - start) < 4;
      }
      showAt(chart, nearest(chart, xAt(chart, event)));
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('pointerdown', function (event) {
      if (event.pointerType !== 'mouse' || event.button !== 0) return;
      start = event.clientX;
      plot.setPointerCapture(event.pointerId);
      event.preventDefault();
      plot.focus({ preventScroll: true });
    });
    plot.addEventListener('pointerup', function (event) {
      if (start === null) return;
      var begun = start;
      start = null;
      chart.selection.hidden = true;
      if (Math.abs(event.clientX - begun) < 8) return;
      var window = [xAt(chart, { clientX: Math.min(begun, event.clientX) }), xAt(chart, { clientX: Math.max(begun, event.clientX) })];
      if (window[1] > window[0]) zoom(chart, window);
    });
    plot.addEventListener('pointercancel', function () { start = null; chart.selection.hidden = true; });
    plot.addEventListener('dblclick', function () { zoom(chart, null); });
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', function (event) {
      var count = chart.model.rows.x.length;
      var at = chart.at;
      if (event.key === 'ArrowRight') at = at === null ? 0 : Math.min(count - 1, at + 1);
      else if (event.key === 'ArrowLeft') at = at === null ? count - 1 : Math.max(0, at - 1);
      else if (event.key === 'Home') at = 0;
      else if (event.key === 'End') at = count - 1;
      else if (event.key === 'Escape') { zoom(chart, null); return; }
      else return;
      event.preventDefault();
      showAt(chart, at);
    });
  }

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

  var observer = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      observer.unobserve(entry.target);
      hydrate(entry.target);
    });
  }, { rootMargin: '300px' });
  document.querySelectorAll('[data-chart]').forEach(function (figure) { observer.observe(figure); });
})();
`;
