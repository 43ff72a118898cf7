/** Pointer and keys over a chart. Part of the script of a report: see `page-script.ts`. */
export const GESTURES = `
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
`;
