/** Figures with their units, as `figure-text.ts` writes them. Part of the script of a report: see `page-script.ts`. */
export const VALUE_TEXT = `
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
`;
