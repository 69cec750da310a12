// The loader: <script src="https://desk.example.com/widget.js" data-channel="shop"></script>
// Everything else is a module that is fetched once the page has loaded.
(() => {
	const script = document.currentScript;
	if (!script || window.frontdesk) return;
	const base = new URL('/', script.src).href;
	const waiting = [];
	const later = name => (...given) => waiting.push([name, given]);
	window.frontdesk = Object.fromEntries(['open', 'close', 'identify', 'context', 'language', 'logout'].map(name => [name, later(name)]));
	const start = async () => {
		const { start: begin } = await import(`${base}widget/app.js`);
		window.frontdesk = begin(base, { ...script.dataset });
		for (const [name, given] of waiting) window.frontdesk[name](...given);
	};
	const begin = () => start().catch(error => console.error('frontdesk:', error));
	if (document.readyState === 'complete') begin();
	else addEventListener('load', begin);
})();
