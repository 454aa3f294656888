/** The page that shows the OpenAPI document: no library, nothing from elsewhere, texts only ever as texts. */

export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #888; --accent: #2a7; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.4rem; margin: 0 0 .2rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; text-transform: capitalize; }
p { margin: .3rem 0; } .dim { color: var(--dim); }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem .6rem; margin: 1rem 0 0; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .3rem 0; padding: .3rem .6rem; }
details > details { border: 0; padding: 0 0 0 .6rem; }
summary { cursor: pointer; display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { overflow-x: auto; margin: .3rem 0; padding: .5rem; border: 1px solid var(--line); border-radius: .4rem; }
.method { font-weight: 700; min-width: 3.6rem; color: var(--accent); }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid var(--line); padding: .2rem .6rem .2rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; width: 1%; }
`;

export const DOCS_SCRIPT = `
'use strict';
const METHODS = ['get', 'post', 'put', 'delete'];
const root = document.getElementById('operations');

function make(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className !== undefined) element.className = className;
  return element;
}

function rows(title, entries) {
  if (entries.length === 0) return [];
  const table = make('table');
  for (const cells of entries) {
    const row = table.appendChild(make('tr'));
    cells.forEach((cell, index) => {
      const place = row.appendChild(make('td'));
      place.append(index === 0 ? make('code', cell) : cell);
    });
  }
  return [make('p', title, 'dim'), table];
}

function typeOf(schema) {
  if (schema === undefined) return '';
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  if (schema.type === 'array') return 'list of ' + (typeOf(schema.items) || 'anything');
  return [schema.type ?? 'anything'].flat().join(' | ');
}

function resolved(document, response) {
  const name = response.$ref?.split('/').at(-1);
  return name === undefined ? response : document.components.responses[name];
}

function bodyParts(operation) {
  const content = operation.requestBody?.content;
  if (content === undefined) return [];
  const types = Object.keys(content);
  const schema = content[types[0]].schema;
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [
    name, typeOf(member) + (schema.required?.includes(name) ? ', required' : ''),
  ]);
  const title = 'Body (' + types.join(', ') + ')';
  return members.length > 0 ? rows(title, members) : [make('p', title, 'dim'), make('pre', JSON.stringify(schema, null, 2))];
}

function operationPart(document, path, method, operation) {
  const details = make('details');
  const summary = details.appendChild(make('summary'));
  summary.append(make('span', method.toUpperCase(), 'method'), make('code', path), make('span', operation.summary, 'dim'));
  details.dataset.text = (method + ' ' + path + ' ' + operation.summary).toLowerCase();
  details.addEventListener('toggle', () => {
    if (details.childElementCount > 1) return;
    if (operation.description) details.append(make('p', operation.description));
    const parameters = operation.parameters.map((one) => [one.name, 'in ' + one.in + ', ' + typeOf(one.schema) + (one.required ? ', required' : '')]);
    details.append(...rows('Parameters', parameters), ...bodyParts(operation));
    const answers = Object.entries(operation.responses).map(([status, response]) => {
      const { description, content = {} } = resolved(document, response);
      const types = status < '4' ? Object.keys(content).join(', ') : '';
      return [status, description + (types === '' ? '' : ' ' + types)];
    });
    details.append(...rows('Answers', answers));
    const success = Object.entries(operation.responses).find(([status]) => status < '3');
    const schema = Object.values(success?.[1].content ?? {})[0]?.schema;
    if (schema?.properties) details.append(...rows('What comes back', Object.entries(schema.properties).map(([name, member]) => [name, typeOf(member)])));
  });
  return details;
}

function show(document) {
  const groups = new Map();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const [tag] = operation.tags;
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationPart(document, path, method, operation));
    }
  }
  window.document.getElementById('version').textContent = document.info.description + ' Version ' + document.info.version + '.';
  for (const [tag, parts] of groups) {
    const section = root.appendChild(make('section'));
    section.append(make('h2', tag), ...parts);
  }
}

document.getElementById('search').addEventListener('input', ({ target }) => {
  const wanted = target.value.toLowerCase().split(/\\s+/);
  for (const section of root.children) {
    let any = false;
    for (const part of section.querySelectorAll('details')) {
      part.hidden = !wanted.every((word) => part.dataset.text.includes(word));
      any ||= !part.hidden;
    }
    section.hidden = !any;
  }
});

fetch('/openapi.json').then((answer) => answer.json()).then(show, (error) => { root.textContent = String(error); });
`;

export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Cairn over HTTP</title>
<style>${DOCS_STYLE}</style>
<h1>Cairn over HTTP</h1>
<p id="version" class="dim"></p>
<p class="dim">For programs: <a href="/openapi.json">openapi.json</a></p>
<input id="search" type="search" placeholder="find a route" autocomplete="off" aria-label="find a route">
<main id="operations"></main>
<script>${DOCS_SCRIPT}</script>
</html>
`;
