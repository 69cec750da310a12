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
		this.link = new Connection(base, settings.channel, language, (event, detail) => this[event](detail));
		this.kept = this.link.kept;
		this.link.context = JSON.parse(settings.context || '{}');
		this.link.identity = settings.identity;
		this.view = 'welcome';
		this.muted = this.kept.get('muted') === 'yes';
		this.unread = Number(this.kept.get('unread') ?? 0);
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
		if (this.kept.get('begun')) this.begin().catch(() => {});
	}

	/** Opens a session once. */
	begin() {
		this.beginning ??= this.link.begin().then(found => {
			[this.name] = found.name.split(' ');
			this.meet(found.desk);
			this.link.connect();
		}).catch(error => {
			if (!error.stale) this.beginning = null;
			throw error;
		});
		return this.beginning;
	}

	meet(desk) {
		this.desk = desk;
		this.host.style.setProperty('--accent', desk.accent);
		this.host.style.setProperty('--on', desk.on_accent);
		this.redraw();
	}

	redraw() {
		this.panel.querySelector('header')?.replaceWith(head(this));
	}

	open() {
		this.toggle(true);
		if (!this.desk) this.panel.replaceChildren(h('div', { class: 'loading' }, [1, 2, 3].map(() => h('div', { class: 'skeleton' }))));
		if (this.kept.get('begun')) this.view = 'chat';
		this.enter();
	}

	async enter() {
		try {
			await this.begin();
			this.show();
		} catch (error) {
			if (this.isOpen && !error.stale) this.refused(error);
		}
	}

	close() {
		this.toggle(false);
		this.launcher.focus();
	}

	toggle(isOpen) {
		this.isOpen = isOpen;
		this.panel.hidden = !isOpen;
		this.host.toggleAttribute('open', isOpen);
		this.launcher.setAttribute('aria-expanded', isOpen);
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
		(this.talk ?? this.panel.querySelector('input'))?.focus();
	}

	go(view) {
		this.view = view;
		this.show();
	}

	mute() {
		this.muted = !this.muted;
		this.kept.set('muted', this.muted ? 'yes' : '');
		this.redraw();
	}

	online(is) {
		this.talk?.offline(!is);
	}

	typing(name) {
		this.talk?.typing(name);
	}

	lines(isNew) {
		if (this.link.lines.size || this.link.outbox.length) this.kept.set('begun', 'yes');
		this.talk?.draw(isNew);
		const seen = this.kept.get('seen') ?? '';
		const unseen = (isNew ?? []).filter(line => line.at > seen && !line.deleted);
		if (!unseen.length) return;
		const looking = this.isOpen && this.view === 'chat' && !document.hidden;
		this.kept.set('seen', unseen.at(-1).at);
		if (looking) return;
		this.count(this.unread + unseen.length);
		if (!this.muted) chime();
	}

	count(unread) {
		this.unread = unread;
		this.kept.set('unread', unread);
		this.badge.hidden = !unread;
		this.badge.textContent = unread > 9 ? '9+' : unread;
		this.launcher.setAttribute('aria-label', unread ? `${t('chat')}, ${t('unread', { count: unread })}` : t('chat'));
	}

	choose(line, choice) {
		this.kept.set(`chosen.${line}`, choice.id);
		this.link.write({ choice: choice.id });
	}

	comment(line, text) {
		this.kept.set(`commented.${line}`, 'yes');
		if (text) this.link.write({ text });
		else this.talk?.draw();
	}

	/** Escape closes; in the form that fills a phone, Tab stays inside. */
	key(event) {
		if (event.key === 'Escape') this.close();
		if (event.key !== 'Tab' || !matchMedia('(max-width: 480px)').matches) return;
		const all = [...this.panel.querySelectorAll('button, input, textarea, a, [tabindex="0"], summary')].filter(one => one.checkVisibility() && !one.disabled);
		const [to, from] = event.shiftKey ? [all.at(-1), all[0]] : [all[0], all.at(-1)];
		if (this.root.activeElement !== from) return;
		event.preventDefault();
		to.focus();
	}

	/** Another customer, or nobody any more. */
	identify(identity) {
		this.link.identity = identity;
		this.link.disconnect();
		this.beginning = null;
		this.view = 'welcome';
		this.enter();
	}
}

let sound = null;
/** Two short tones, where the browser can. */
function chime() {
	if (!window.AudioContext) return;
	sound ??= new AudioContext();
	const [source, volume, at] = [sound.createOscillator(), sound.createGain(), sound.currentTime];
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
		open: () => app.open(),
		close: () => app.close(),
		identify: identity => app.identify(identity),
		logout: () => app.identify(),
		context: values => { app.link.context = { ...app.link.context, ...values }; },
		language: tag => {
			speak(tag);
			app.count(app.unread);
			app.show();
		},
	};
}
