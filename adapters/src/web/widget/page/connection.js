// Everything between the page and the server: the session, the lines, the outbox that outlives a reload.

const LONGEST_PAUSE = 15_000;

/** Survives a reload, where the browser keeps anything. */
function store(channel) {
	const memory = new Map();
	const name = key => `frontdesk.${channel}.${key}`;
	return {
		get(key) {
			try { return localStorage.getItem(name(key)) ?? memory.get(key); } catch { return memory.get(key); }
		},
		set(key, value) {
			memory.set(key, value);
			try { localStorage.setItem(name(key), value); } catch { /* the memory has it */ }
		},
	};
}

const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/** A connection to one channel. `hear(event, detail)` is told of what happens. */
export class Connection {
	constructor(base, channel, language, hear) {
		Object.assign(this, { base, channel, hear, kept: store(channel), lines: new Map(), position: '', pause: 500, identity: null, online: true, context: {}, wanted: false, tried: 0 });
		this.spoken = language;
		this.outbox = JSON.parse(this.kept.get('outbox') ?? '[]');
		addEventListener('online', () => this.wanted && this.connect());
		addEventListener('storage', event => event.key?.endsWith(`${channel}.outbox`) && this.reread());
	}

	path(rest) {
		return `${this.base}widget/${encodeURIComponent(this.channel)}/${rest}`;
	}

	/** Says who this is and gets what the page needs; throws when the page may not. */
	async begin() {
		const body = { token: this.kept.get('token'), identity: this.identity, language: this.spoken() };
		const welcome = await this.call('session', body);
		if (welcome.token !== this.kept.get('token')) this.forget();
		this.kept.set('token', welcome.token);
		this.kept.set('known', welcome.known ? 'yes' : '');
		this.began = true;
		return welcome;
	}

	/** Somebody else, or nobody any more: what is shown is not theirs. */
	forget() {
		this.lines.clear();
		this.position = '';
		if (this.began) {
			this.outbox = [];
			this.keep();
		}
		this.hear('lines');
	}

	/** Asks the server; posts where there is a body. A refusal that `passes` may go well later. */
	async call(rest, body) {
		let response;
		try {
			const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.kept.get('token')}` };
			response = await fetch(this.path(rest), body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
		} catch {
			throw Object.assign(new Error(''), { passes: true });
		}
		const found = await response.json().catch(() => null);
		if (response.ok) return found;
		const passes = response.status === 429 || response.status >= 500;
		throw Object.assign(new Error(found?.error?.message ?? response.statusText), { passes, code: found?.error?.code });
	}

	articles(words) {
		return this.call(`articles?${new URLSearchParams({ q: words, language: this.spoken() })}`);
	}

	connect() {
		this.wanted = true;
		clearTimeout(this.timer);
		if (this.socket && this.socket.readyState < 2) return;
		const socket = new WebSocket(this.path('live').replace(/^http/, 'ws'));
		this.socket = socket;
		socket.onopen = () => {
			socket.send(JSON.stringify({ token: this.kept.get('token'), after: this.position, language: this.spoken() }));
			this.pause = 500;
			this.state(true);
			this.flush();
		};
		socket.onmessage = message => this.said(JSON.parse(message.data));
		socket.onclose = () => this.socket === socket && this.lost();
	}

	disconnect() {
		this.wanted = false;
		const { socket } = this;
		this.socket = null;
		socket?.close();
	}

	lost() {
		if (!this.wanted) return;
		this.state(false);
		this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
		this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random() / 2));
	}

	state(online) {
		if (this.online === online) return;
		this.online = online;
		this.hear('online', online);
	}

	said(word) {
		if (word === 'signed_out') return this.again();
		if (word.lines) this.take(word.lines);
		if (word.typing) this.hear('typing', word.typing.name);
		if (word.desk) this.hear('desk', word.desk);
		return undefined;
	}

	/** The token opens nothing any more: a new one, and the conversation from its beginning. */
	async again() {
		this.disconnect();
		try {
			this.hear('desk', (await this.begin()).desk);
			this.connect();
		} catch (error) {
			this.wanted = error.passes;
			if (error.passes) this.lost();
			else this.hear('refused', error);
		}
	}

	take({ messages, next }) {
		const before = this.position;
		this.position = next;
		const isNew = [];
		for (const message of messages) {
			if (!this.lines.has(message.id) && message.from !== 'customer') isNew.push(message);
			this.lines.set(message.id, message);
			this.outbox = this.outbox.filter(line => line.message !== message.id);
		}
		this.keep();
		this.hear('lines', isNew);
		// One's own file is shown once the desk has stored it, of which nothing else tells.
		const loading = messages.some(line => line.from === 'customer' && line.attachments.some(file => file.size === null));
		if (loading) setTimeout(() => this.call(`messages?after=${before}`).then(page => this.take(page), () => {}), 1_500);
	}

	keep() {
		this.kept.set('outbox', JSON.stringify(this.outbox));
	}

	reread() {
		this.outbox = JSON.parse(this.kept.get('outbox') ?? '[]');
		this.hear('lines', []);
	}

	/** Writes something: `{ text }` or `{ choice, label }`, with uploaded files. */
	write(what) {
		this.outbox.push({ id: fresh(), at: new Date().toISOString(), ...what });
		this.keep();
		this.hear('lines', []);
		this.flush();
	}

	remove(id) {
		this.outbox = this.outbox.filter(line => line.id !== id);
		this.keep();
		this.hear('lines', []);
	}

	retry() {
		for (const line of this.outbox) delete line.refused;
		if (this.socket?.readyState === 1) this.flush();
		else this.connect();
		this.hear('lines', []);
	}

	/** Sends what waits, in order, each under its own id: sent twice, it is written once. */
	async flush() {
		if (this.flushing || !this.began) return;
		this.flushing = true;
		try {
			for (let line = this.next(); line; line = this.next()) await this.send(line);
		} catch (error) {
			if (error.code === 'no_token') this.again();
			else if (error.passes) setTimeout(() => this.flush(), 1_000 + this.pause);
			else throw error;
		} finally {
			this.flushing = false;
		}
	}

	next() {
		return this.outbox.find(line => !line.message && !line.refused);
	}

	async send(line) {
		const { id, text, choice, files = [] } = line;
		const attachments = files.map(({ url, name, mime }) => ({ url, name, mime }));
		const page = location.origin + location.pathname;
		const body = choice ? { id, choice } : { id, text, attachments, context: { page, ...this.context } };
		try {
			line.message = (await this.call('messages', body)).message_id;
		} catch (error) {
			if (error.passes || error.code === 'no_token') throw error;
			line.refused = error.message;
		}
		// What was taken is shown from here until it comes back; a choice comes back as nothing.
		if (this.lines.has(line.message) || (line.message && choice)) this.outbox = this.outbox.filter(one => one !== line);
		this.keep();
		this.hear('lines', []);
	}

	typing() {
		if (this.socket?.readyState === 1) this.socket.send('{"typing":true}');
	}

	/** Uploads a file; `progress` hears of the share that is there, from 0 to 1. */
	upload(file, progress) {
		return new Promise((done, fail) => {
			const request = new XMLHttpRequest();
			request.open('POST', this.path(`uploads?name=${encodeURIComponent(file.name)}`));
			request.setRequestHeader('authorization', `Bearer ${this.kept.get('token')}`);
			request.setRequestHeader('content-type', file.type || 'application/octet-stream');
			request.upload.onprogress = event => event.lengthComputable && progress(event.loaded / event.total);
			request.onerror = () => fail(new Error(''));
			request.onload = () => {
				let body = null;
				try { body = JSON.parse(request.responseText); } catch { /* told below */ }
				if (request.status === 201) done({ ...body, name: file.name });
				else fail(new Error(body?.error?.message ?? request.statusText));
			};
			request.send(file);
		});
	}
}
