// Between the page and the server: the session, the lines, and what waits to be sent.

import { store } from './store.js';

const LONGEST_PAUSE = 15_000;

const problem = (message, more) => Object.assign(new Error(message), more);
const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/** A connection to one channel. `hear(event, detail)` hears what happens. */
export class Connection {
	constructor(base, channel, language, hear) {
		const [kept, tab] = ['localStorage', 'sessionStorage'].map(area => store(area, channel));
		Object.assign(this, { base, channel, language, hear, kept, tab, lines: new Map(), outbox: [], position: '', pause: 500, online: true, context: {}, turn: 0 });
		addEventListener('online', () => this.wanted && this.connect());
		addEventListener('storage', event => event.key?.includes(`${channel}.line.`) && this.reread());
	}

	path(rest) {
		return `${this.base}widget/${encodeURIComponent(this.channel)}/${rest}`;
	}

	/** Says who this is; throws when the page may not, or another turn came. */
	async begin() {
		const turn = ++this.turn;
		this.began = false;
		await this.sending;
		const { identity, tab } = this;
		const [mine, leaving] = identity ? [tab, null] : [this.kept, tab.get('token')];
		const welcome = await this.call('session', { token: mine.get('token'), leaving, identity, language: this.language() });
		if (turn !== this.turn) throw problem('', { stale: true });
		if (!identity) tab.drop('token');
		mine.set('token', welcome.token);
		this.become(welcome);
		return welcome;
	}

	/** Nothing of somebody else is shown, or sent in another's name; who signs in takes their lines along. */
	become({ token, user }) {
		for (const line of user === this.user ? [] : this.outbox) {
			if (this.user || line.message) this.drop(line);
			else this.save({ ...line, of: user });
		}
		if (token !== this.token) {
			this.lines.clear();
			this.position = '';
		}
		Object.assign(this, { token, user, began: true });
		this.reread();
	}

	/** Asks the server; posts where there is a body. A refusal that `passes` may go well later. */
	async call(rest, body) {
		let response;
		try {
			const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.token}` };
			response = await fetch(this.path(rest), body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
		} catch {
			throw problem('', { passes: true });
		}
		const found = await response.json().catch(() => null);
		if (response.ok) return found;
		const passes = response.status === 429 || response.status >= 500;
		throw problem(found?.error?.message ?? response.statusText, { passes, code: found?.error?.code });
	}

	articles(words) {
		return this.call(`articles?${new URLSearchParams({ q: words, language: this.language() })}`);
	}

	connect() {
		this.wanted = true;
		clearTimeout(this.timer);
		if (this.socket?.readyState < 2) return;
		const socket = new WebSocket(this.path('live').replace(/^http/, 'ws'));
		this.socket = socket;
		socket.onopen = () => {
			socket.send(JSON.stringify({ token: this.token, after: this.position, language: this.language() }));
			this.pause = 500;
			this.state(true);
			this.flush();
		};
		socket.onmessage = message => this.socket === socket && this.said(JSON.parse(message.data));
		socket.onclose = () => this.socket === socket && this.lost();
	}

	disconnect() {
		this.wanted = false;
		this.socket?.close();
		this.socket = null;
	}

	lost() {
		if (!this.wanted) return;
		this.state(false);
		this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
		this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random() / 2));
	}

	state(online) {
		this.online = online;
		this.hear('online', online);
	}

	said(word) {
		if (word === 'signed_out') this.again();
		if (word.lines) this.take(word.lines);
		if (word.typing) this.hear('typing', word.typing.name);
		if (word.desk) this.hear('meet', word.desk);
	}

	/** The token opens nothing any more: a new one, and the conversation from its beginning. */
	async again() {
		this.disconnect();
		try {
			this.hear('meet', (await this.begin()).desk);
			this.connect();
		} catch (error) {
			this.wanted ||= error.passes;
			if (error.passes) this.lost();
			else if (!error.stale) this.hear('refused', error);
		}
	}

	take({ messages, next }) {
		const [before, { token }] = [this.position, this];
		this.position = next;
		const isNew = [];
		for (const message of messages) {
			if (!this.lines.has(message.id) && message.from !== 'customer') isNew.push(message);
			for (const file of message.attachments) file.url = new URL(new URL(file.url).pathname, this.base).href;
			this.lines.set(message.id, message);
			for (const line of this.outbox) if (line.message === message.id) this.drop(line);
		}
		this.hear('lines', isNew);
		// One's own file is shown once the desk has stored it, of which nothing else tells.
		const loading = messages.some(line => line.from === 'customer' && line.attachments.some(file => file.size === null));
		if (loading) setTimeout(() => this.call(`messages?after=${before}`).then(page => token === this.token && this.take(page), () => {}), 1_500);
	}

	/** What waits in all tabs; each line has a key of its own, since they write at once. */
	reread() {
		const all = this.kept.under('line.').map(text => JSON.parse(text));
		this.outbox = all.filter(line => line.of === this.user).sort((a, b) => (a.at < b.at ? -1 : 1));
		this.hear('lines', []);
	}

	save(line) {
		this.kept.set(`line.${line.id}`, JSON.stringify(line));
		this.reread();
	}

	drop(line) {
		this.kept.drop(`line.${line.id}`);
		this.reread();
	}

	/** Writes something: `{ text }` or `{ choice, label }`, with uploaded files. */
	write(what) {
		this.save({ id: fresh(), of: this.user, at: new Date().toISOString(), ...what });
		this.flush();
	}

	retry() {
		for (const { refused, ...line } of this.outbox) this.save(line);
		this.connect();
		this.flush();
	}

	flush() {
		this.sending ??= this.empty().finally(() => { this.sending = null; });
	}

	/** Sends what waits, in order, each under its own id: sent twice, it is written once. */
	async empty() {
		try {
			for (let line = this.next(); line; line = this.next()) await this.send(line);
		} catch (error) {
			if (/^no_/.test(error.code)) this.again();
			else if (error.passes) setTimeout(() => this.flush(), 1_000 + this.pause);
			else throw error;
		}
	}

	next() {
		return this.began && this.outbox.find(line => !line.message && !line.refused);
	}

	async send(line) {
		const { id, text, choice, files = [] } = line;
		const attachments = files.map(({ url, name, mime }) => ({ url, name, mime }));
		const page = location.origin + location.pathname;
		const body = choice ? { id, choice } : { id, text, attachments, context: { page, ...this.context } };
		const became = {};
		try {
			became.message = (await this.call('messages', body)).message_id;
		} catch (error) {
			if (error.passes || /^no_/.test(error.code)) throw error;
			became.refused = error.message;
		}
		if (!this.outbox.some(one => one.id === id)) return;
		// What was taken is shown from here until it comes back; a choice comes back as nothing.
		if (this.lines.has(became.message) || (became.message && choice)) this.drop(line);
		else this.save({ ...line, ...became });
	}

	typing() {
		if (this.socket?.readyState === 1) this.socket.send('{"typing":true}');
	}

	/** Uploads a file; `progress` hears of the share that is there, from 0 to 1. */
	upload(file, progress) {
		return new Promise((done, fail) => {
			const request = new XMLHttpRequest();
			request.open('POST', this.path(`uploads?name=${encodeURIComponent(file.name)}`));
			request.setRequestHeader('authorization', `Bearer ${this.token}`);
			request.setRequestHeader('content-type', file.type || 'application/octet-stream');
			request.upload.onprogress = event => event.lengthComputable && progress(event.loaded / event.total);
			request.onerror = () => fail(new Error(''));
			request.responseType = 'json';
			request.onload = () => {
				const { response, status, statusText } = request;
				if (status === 201) done({ ...response, name: file.name });
				else fail(new Error(response?.error?.message ?? statusText));
			};
			request.send(file);
		});
	}
}
