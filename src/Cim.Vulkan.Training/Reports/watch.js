// Asks the program whether there is something new and puts it in place; where the reader is and what is unfolded stay as they are.
(function () {
  var every = 3000, stamp = '', bar = document.createElement('div');
  bar.className = 'live';
  document.body.prepend(bar);
  function say(text) { bar.textContent = text; }
  function now() { return new Date().toLocaleTimeString(); }
  function replace(text) {
    var page = new DOMParser().parseFromString(text, 'text/html');
    var unfolded = Array.from(document.querySelectorAll('details')).map(function (details) { return details.open; });
    var left = window.scrollX, top = window.scrollY;
    document.querySelector('main').replaceWith(page.querySelector('main'));
    document.querySelectorAll('details').forEach(function (details, i) { details.open = unfolded[i] === true; });
    document.title = page.title;
    window.scrollTo({ left: left, top: top, behavior: 'instant' });
  }
  async function look() {
    try {
      var latest = await (await fetch('/stamp', { cache: 'no-store' })).text();
      if (latest !== stamp) {
        if (stamp !== '') replace(await (await fetch('/', { cache: 'no-store' })).text());
        stamp = latest;
      }
      say('Live, looked at ' + now() + '.');
    } catch (error) {
      say('The watching program has ended; this is the last state it showed.');
    }
    setTimeout(look, every);
  }
  look();
}());
