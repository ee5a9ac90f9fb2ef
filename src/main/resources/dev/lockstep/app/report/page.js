/* Reads the data and builds the page that its kind says. */

function build() {
  const data = JSON.parse(document.getElementById('data').textContent);
  const report = document.getElementById('report');
  document.title = data.name + ' \u2013 Lockstep ' + data.kind;
  const parts = data.kind === 'study' ? studyPage(data) : trainingPage(data);
  report.replaceChildren(...parts.filter((part) => part));
  drawFigures(report);
  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll('details:not([open])')];
    closed.forEach((each) => {
      each.open = true;
    });
  });
  window.addEventListener('afterprint', () =>
    closed.forEach((each) => {
      each.open = false;
    }),
  );
}

build();
