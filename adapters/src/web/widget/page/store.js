// What the browser keeps for a channel, in all tabs (`localStorage`) or in this one (`sessionStorage`).

export function store(area, channel) {
	const prefix = `frontdesk.${channel}.`;
	let kept = {};
	try { kept = window[area] ?? kept; } catch { /* kept for as long as the page is there */ }
	return {
		get: key => kept[prefix + key],
		set(key, value) {
			try { kept[prefix + key] = value; } catch { kept = { ...kept, [prefix + key]: value }; }
		},
		drop: key => delete kept[prefix + key],
		/** Each value whose key begins so. */
		under: start => Object.keys(kept).filter(key => key.startsWith(prefix + start)).map(key => kept[key]),
	};
}
