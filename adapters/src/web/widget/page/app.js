// The widget as a whole: the launcher, the panel, what is open, what is unread.

import { Connection } from './connection.js';
import { button, h, icon } from './dom.js';
import { chat, head } from './panel.js';
import { style } from './style.js';
import { welcome } from './welcome.js';
import { language, speak, t } from './words.js';

class App {
	constructor(base, settings) {
		speak(settings.language || document.documentElement.lang || navigator.language);
		this.link = new Connection(base, settings.channel, language, (event, detail) => this.hear(event, detail));
		this.link.context = JSON.parse(settings.context || '{}');
		this.link.identity = settings.identity || null;
		this.view = 'welcome';
		this.muted = this.link.kept.get('muted') === 'yes';
		this.unread = Number(this.link.kept.get('unread') ?? 0);
		this.build();
	}

	build() {
		this.host = h('frontdesk-widget');
		this.root = this.host.attachShadow({ mode: 'open' });
		this.root.adoptedStyleSheets = [style];
		this.badge = h('span', { class: 'badge', hidden: true });
		this.launcher = button([icon('chat'), this.badge], () => (this.isOpen ? this.close() : this.open()), { class: 'launcher', 'aria-expanded': 'false' });
		this.panel = h('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true, on: { keydown: event => this.key(event) } });
		this.root.append(this.launcher, this.panel);
		document.body.append(this.host);
		this.count(0);
		// The launcher is there at once; the rest follows, or waits for the first press.
		if (this.link.kept.get('begun')) void this.begin();
	}

	/** Opens a session once. */
	begin() {
		this.beginning ??= this.link.begin().then(found => {
			Object.assign(this, { desk: found.desk, name: found.name.split(' ')[0] });
			this.paint();
			this.link.connect();
		}).catch(error => {
			this.beginning = null;
			throw error;
		});
		return this.beginning;
	}

	paint() {
		this.host.style.setProperty('--accent', this.desk.accent);
		this.host.style.setProperty('--on', this.desk.on_accent);
	}

	async open() {
		this.isOpen = true;
		this.panel.hidden = false;
		this.launcher.setAttribute('aria-expanded', 'true');
		this.host.toggleAttribute('open', true);
		if (!this.desk) this.panel.replaceChildren(h('div', { class: 'loading' }, [1, 2, 3].map(() => h('div', { class: 'skeleton' }))));
		try {
			await this.begin();
			if (this.link.kept.get('begun')) this.view = 'chat';
			this.show();
		} catch (error) {
			this.refused(error);
		}
	}

	close() {
		this.isOpen = false;
		this.panel.hidden = true;
		this.host.toggleAttribute('open', false);
		this.launcher.setAttribute('aria-expanded', 'false');
		this.launcher.focus();
	}

	refused(error) {
		const words = { origin: t('forbidden'), no_identity: t('identityNeeded') }[error.code] ?? t('offline');
		const again = error.passes && button(t('retry'), () => this.open());
		this.panel.replaceChildren(h('div', { class: 'refused all', role: 'alert' }, h('p', { id: 'title' }, words), again, button(t('close'), () => this.close())));
		this.panel.querySelector('button').focus();
	}

	show() {
		if (!this.isOpen || !this.desk) return;
		this.talk = this.view === 'chat' ? chat(this) : null;
		this.panel.replaceChildren(head(this), this.talk?.element ?? welcome(this));
		this.talk?.draw();
		if (this.view === 'chat') this.count(0);
		(this.talk ? this.talk.focus() : this.panel.querySelector('input')?.focus());
	}

	chat() {
		this.view = 'chat';
		this.show();
	}

	home() {
		this.view = 'welcome';
		this.show();
	}

	mute() {
		this.muted = !this.muted;
		this.link.kept.set('muted', this.muted ? 'yes' : '');
		this.panel.querySelector('header')?.replaceWith(head(this));
	}

	hear(event, detail) {
		if (event === 'lines') this.lines(detail);
		if (event === 'online') this.talk?.offline(!detail);
		if (event === 'typing') this.talk?.typing(detail);
		if (event === 'refused') this.refused(detail);
		if (event === 'desk') {
			this.desk = detail;
			this.paint();
			if (this.isOpen) this.panel.querySelector('header')?.replaceWith(head(this));
		}
	}

	lines(isNew) {
		if (this.link.lines.size || this.link.outbox.length) this.link.kept.set('begun', 'yes');
		this.talk?.draw(isNew);
		const seen = this.link.kept.get('seen') ?? '';
		const unseen = (isNew ?? []).filter(line => line.at > seen && !line.deleted);
		if (!unseen.length) return;
		const looking = this.isOpen && this.view === 'chat' && !document.hidden;
		this.link.kept.set('seen', unseen.at(-1).at);
		if (looking) return;
		this.count(this.unread + unseen.length);
		if (!this.muted) chime();
	}

	count(unread) {
		this.unread = unread;
		this.link.kept.set('unread', String(unread));
		this.badge.hidden = !unread;
		this.badge.textContent = unread > 9 ? '9+' : String(unread);
		this.launcher.setAttribute('aria-label', unread ? `${t('chat')}, ${t('unread', { count: unread })}` : t('chat'));
	}

	chosen(line) {
		return this.link.kept.get(`chosen.${line}`);
	}

	choose(line, choice) {
		this.link.kept.set(`chosen.${line}`, choice.id);
		this.link.write({ choice: choice.id });
	}

	commented(line) {
		return this.link.kept.get(`commented.${line}`);
	}

	comment(line, text) {
		this.link.kept.set(`commented.${line}`, 'yes');
		if (text) this.link.write({ text });
		else this.talk?.draw();
	}

	/** Escape closes; in the form that fills a phone, Tab stays inside. */
	key(event) {
		if (event.key === 'Escape') return this.close();
		if (event.key !== 'Tab' || !matchMedia('(max-width: 480px)').matches) return undefined;
		const all = [...this.panel.querySelectorAll('button, input, textarea, a, [tabindex="0"], summary')].filter(one => one.checkVisibility() && !one.disabled);
		const [first, last] = [all[0], all.at(-1)];
		const to = event.shiftKey && this.root.activeElement === first ? last : !event.shiftKey && this.root.activeElement === last ? first : null;
		if (!to) return undefined;
		event.preventDefault();
		return to.focus();
	}

	/** Another customer, or nobody any more. */
	async identify(identity) {
		this.link.identity = identity;
		this.link.disconnect();
		this.beginning = null;
		this.view = 'welcome';
		try {
			await this.begin();
			this.show();
		} catch (error) {
			if (this.isOpen) this.refused(error);
		}
	}
}

let sound = null;
/** Two short tones; a browser without sound still shows the badge. */
function chime() {
	if (!window.AudioContext) return;
	sound ??= new AudioContext();
	const [source, volume] = [sound.createOscillator(), sound.createGain()];
	const at = sound.currentTime;
	source.frequency.setValueAtTime(660, at);
	source.frequency.setValueAtTime(880, at + 0.12);
	volume.gain.setValueAtTime(0.08, at);
	volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
	source.connect(volume).connect(sound.destination);
	source.start(at);
	source.stop(at + 0.3);
}

/** Starts the widget of a page; gives what the page may call. */
export function start(base, settings) {
	const app = new App(base, settings);
	return {
		open: () => void app.open(),
		close: () => app.close(),
		identify: identity => void app.identify(identity),
		logout: () => void app.identify(null),
		context: values => { app.link.context = { ...app.link.context, ...values }; },
		language: tag => {
			speak(tag);
			app.count(app.unread);
			app.show();
		},
	};
}
