// The look, as a constructed style sheet: host pages with a strict policy allow no other.

export const style = new CSSStyleSheet();
style.replaceSync(`
:host { all: initial; --accent: #2f5bd8; --on: #fff; --panel: #fff; --back: #f5f6f8; --text: #1b1f27; --dim: #5b6472; --line: #e2e5ea; --bad: #b3261e;
	position: fixed; inset: auto 24px 24px auto; z-index: 2147483000; color-scheme: light dark;
	font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
@media (prefers-color-scheme: dark) { :host { --panel: #191d25; --back: #12151b; --text: #e8ebf1; --dim: #a2abba; --line: #2d3440; --bad: #ff8a80; } }
* { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; }
[hidden] { display: none !important; }
ul { list-style: none; }
button { cursor: pointer; border: 0; background: none; border-radius: 10px; }
:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
svg { width: 22px; height: 22px; fill: none; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block; }
.launcher, .icon, .badge { display: grid; place-items: center; }
.launcher, .primary, .send, .jump, header, .own .bubble, .comment button, [aria-pressed=true] { background: var(--accent); color: var(--on); }
.launcher { width: 56px; height: 56px; border-radius: 50%; box-shadow: 0 6px 20px rgb(20 28 45 / 28%); margin-inline-start: auto; position: relative; svg { width: 28px; height: 28px; } }
.badge { position: absolute; inset: -4px -4px auto auto; min-width: 22px; height: 22px; border-radius: 11px; background: #c62828; color: #fff; font-size: 12px; font-weight: 700; padding: 0 5px; }
.panel { position: absolute; inset: auto 0 72px auto; width: 384px; height: min(640px, calc(100dvh - 120px)); display: flex; flex-direction: column; overflow: hidden; background: var(--panel); color: var(--text); border-radius: 16px; box-shadow: 0 12px 48px rgb(20 28 45 / 30%); animation: rise 160ms; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
header { display: flex; align-items: center; gap: 4px; padding: 12px 8px 12px 16px; .icon:first-child { margin-inline-start: -8px; } }
.title { flex: 1; min-width: 0; span { font-size: 13px; display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
	.there::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: #3ddc84; margin-inline-end: 6px; } }
strong, h2, h3, .primary { font-weight: 600; }
.icon { width: 40px; height: 40px; flex: none; &:not(.send):hover { background-color: rgb(127 127 127 / 18%); } }
.welcome { flex: 1; overflow-y: auto; padding: 24px 16px 16px; display: flex; flex-direction: column; gap: 12px; }
h2 { font-size: 22px; line-height: 28px; }
h3, .articles p, .day, .notice, .name, .source, .state, .typing, .writer .icon { color: var(--dim); }
h3, .notice, .state, .typing, .jump, .offline, .files span { font-size: 13px; }
.day, .name, .source { font-size: 12px; }
input, textarea, .articles li, .chips button { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 8px 12px; }
input, textarea { width: 100%; &:focus { outline: 2px solid var(--accent); outline-offset: 0; } &::placeholder { color: var(--dim); opacity: 1; } }
.articles { display: grid; gap: 8px; overflow-wrap: anywhere; p { white-space: pre-wrap; margin-top: 6px; } summary { cursor: pointer; } }
.primary { padding: 10px 16px; margin-top: auto; }
.chat { flex: 1; min-height: 0; display: flex; flex-direction: column; background: var(--back); }
.box { position: relative; flex: 1; min-height: 0; display: flex; }
.lines { flex: 1; overflow-y: auto; padding: 8px 16px; overscroll-behavior: contain; scrollbar-width: thin; }
.day { text-align: center; margin: 8px 0; }
.line { display: flex; flex-direction: column; align-items: flex-start; margin-top: 2px; &.first { margin-top: 10px; } &.own { align-items: flex-end; } &.notice { align-items: center; text-align: center; } }
.name { margin: 0 4px 2px; }
.bubble { max-width: 85%; padding: 8px 12px; border-radius: 14px; background: var(--panel); border: 1px solid var(--line); overflow-wrap: anywhere; p { white-space: pre-wrap; } small { font-size: 11px; } a { text-decoration: underline; } }
.notice .bubble { background: none; border: 0; padding: 2px 8px; }
.gone { font-style: italic; }
img { max-width: 100%; max-height: 200px; border-radius: 8px; display: block; }
.file { display: block; }
.source { margin: 3px 6px 0; &::before { content: "— "; } }
.chips, .votes, .stars, .comment { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px; }
.chips button { border-radius: 16px; padding: 5px 14px; text-align: start; &:disabled { cursor: default; } &[aria-pressed=true] { background: var(--accent); } }
.votes button { padding: 2px 10px; }
.stars { align-items: center; gap: 2px; > button { padding: 4px; color: #b26a00; background: none; } svg { width: 28px; height: 28px; } .lit svg { fill: #f5a623; } }
.comment { flex: 1 1 100%; flex-wrap: nowrap; button { padding: 0 14px; } }
.waiting .bubble { opacity: .7; }
.state { display: flex; gap: 10px; } .refused .state, .files .note { color: var(--bad); }
.state button, .offline button { text-decoration: underline; white-space: nowrap; }
.jump { position: absolute; bottom: 8px; left: 50%; transform: translateX(-50%); padding: 4px 14px; }
.typing { min-height: 20px; padding: 0 20px; }
.offline { background: #fff4cf; color: #574300; padding: 6px 16px; display: flex; gap: 10px; justify-content: space-between; }
.writer { background: var(--panel); border-top: 1px solid var(--line); padding: 8px 8px max(8px, env(safe-area-inset-bottom)); .send { color: var(--on); } }
.row { display: flex; align-items: flex-end; gap: 4px; }
textarea { resize: none; max-height: 120px; }
.files { display: flex; flex-wrap: wrap; gap: 6px; span { display: inline-flex; align-items: center; gap: 6px; background: var(--back); border-radius: 8px; padding-inline-start: 8px; margin-bottom: 6px; overflow: hidden; } .icon { width: 28px; height: 28px; } svg { width: 14px; } }
progress { width: 64px; accent-color: var(--accent); }
.loading, .refused.all { padding: 24px; display: grid; gap: 12px; align-content: center; height: 100%; text-align: center; > button { border: 1px solid var(--line); padding: 8px; } }
.skeleton { height: 44px; border-radius: 10px; background: var(--line); opacity: .6; }
@media (max-width: 480px) {
	:host { inset: auto 16px 16px auto; } :host([open]) { inset: 0; .launcher { display: none; } }
	.panel { position: fixed; inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
	header { padding-top: max(12px, env(safe-area-inset-top)); } input, textarea { font-size: 16px; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`);
