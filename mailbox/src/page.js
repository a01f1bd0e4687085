// Shows the mails and looks for new ones every two seconds.
'use strict';

const element = (id) => document.getElementById(id);
let mails = [];
let selected = null;
let shown = '';

async function refresh() {
  const wanted = element('to').value;
  try {
    const answer = await fetch('/api/messages?to=' + encodeURIComponent(wanted));
    if (!answer.ok) throw new Error(String(answer.status));
    mails = await answer.json();
    element('count').textContent = mails.length + (mails.length === 1 ? ' mail' : ' mails');
    list();
  } catch {
    element('count').textContent = 'The mailbox does not answer.';
  }
}

function list() {
  const state = JSON.stringify([mails.map((mail) => mail.id), selected]);
  if (state === shown) return;
  shown = state;
  element('list').replaceChildren(...mails.map(entry));
}

function entry(mail) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const details = document.createElement('small');
  button.type = 'button';
  button.textContent = mail.subject || '(no subject)';
  button.setAttribute('aria-current', String(mail.id === selected));
  details.textContent = mail.envelope_to.join(', ') + ' · ' + time(mail);
  button.append(details);
  button.addEventListener('click', () => show(mail));
  item.append(button);
  return item;
}

function show(mail) {
  const base = '/api/messages/' + mail.id;
  selected = mail.id;
  element('mail').hidden = false;
  element('subject').textContent = mail.subject || '(no subject)';
  element('from').textContent = mail.from;
  element('recipients').textContent = mail.envelope_to.join(', ');
  element('received').textContent = time(mail);
  element('message-id').textContent = mail.message_id;
  element('raw').href = base + '/raw';
  element('text').textContent = mail.text || '';
  element('html').src = mail.html ? base + '/html' : 'about:blank';
  element('attachments').replaceChildren(...mail.attachments.map((part, number) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = base + '/attachments/' + number;
    link.target = '_blank';
    link.rel = 'noreferrer';
    link.textContent = part.name + ' (' + part.media_type + ', ' + part.size + ' bytes)';
    item.append(link);
    return item;
  }));
  view(mail.html ? 'html' : 'text');
  list();
}

function view(name) {
  element('html').hidden = name !== 'html';
  element('text').hidden = name !== 'text';
  for (const button of document.querySelectorAll('[data-view]')) {
    button.setAttribute('aria-pressed', String(button.dataset.view === name));
  }
}

function time(mail) {
  return new Date(mail.received_at).toLocaleString();
}

for (const button of document.querySelectorAll('[data-view]')) {
  button.addEventListener('click', () => view(button.dataset.view));
}
element('to').addEventListener('input', refresh);
element('clear').addEventListener('click', async () => {
  await fetch('/api/messages', { method: 'DELETE' });
  selected = null;
  element('mail').hidden = true;
  await refresh();
});
refresh();
setInterval(refresh, 2000);
