// What the widget says, in English and Chinese.

const WORDS = {
	agentTyping: ['{name} is typing…', '{name} 正在输入…'],
	ask: ['Write a message…', '输入消息…'],
	attach: ['Attach a file', '添加文件'],
	away: ['We usually answer: {hours}', '人工服务时间：{hours}'],
	back: ['Back', '返回'],
	bot: ['Assistant', '自动客服'],
	chat: ['Chat with us', '联系客服'],
	close: ['Close', '关闭'],
	comment: ['Anything to add? (optional)', '还想补充什么？（选填）'],
	deleted: ['Message deleted', '消息已撤回'],
	desk: ['Team', '客服'],
	edited: ['edited', '已编辑'],
	failed: ['Not sent. {why}', '未发送。{why}'],
	fileTooLarge: ['{name} is larger than 20 MB.', '{name} 超过 20 MB。'],
	forbidden: ['The chat is not available on this page.', '此页面不能使用客服窗口。'],
	goOn: ['Continue the conversation', '继续对话'],
	hello: ['Hi there 👋', '您好 👋'],
	helloName: ['Hi {name} 👋', '{name}，您好 👋'],
	here: ['{names} here for you', '{names} 在线'],
	howHelp: ['How can we help?', '有什么可以帮您？'],
	identityNeeded: ['Please sign in to chat with us.', '请先登录再联系客服。'],
	muted: ['Turn sound on', '打开提示音'],
	newLines: ['New messages', '新消息'],
	noArticles: ['Nothing found. Just ask us.', '没有找到，直接问我们吧。'],
	offline: ['No connection. Your messages are kept and sent later.', '连接断开。您的消息会保存，稍后发送。'],
	open: ['We are here', '客服在线'],
	rate: ['Rate {stars} of 5', '{stars} 星（共 5 星）'],
	remove: ['Remove', '移除'],
	retry: ['Try again', '重试'],
	search: ['Search for answers', '搜索答案'],
	send: ['Send', '发送'],
	sending: ['Sending…', '正在发送…'],
	sound: ['Turn sound off', '关闭提示音'],
	startChat: ['Start a chat', '开始咨询'],
	suggestions: ['People often ask', '大家常问'],
	today: ['Today', '今天'],
	unread: ['{count} new messages', '{count} 条新消息'],
	uploading: ['Uploading {name}', '正在上传 {name}'],
	waiting: ['Waiting for a connection', '等待连接'],
	yesterday: ['Yesterday', '昨天'],
};
let current = 'en';

export const language = () => current;

export function speak(tag) {
	current = tag?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The words under a key, with `{values}` put in. */
export const t = (key, values = {}) => WORDS[key][current === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

const locale = () => (current === 'zh' ? 'zh-CN' : 'en-GB');
export const clock = date => date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });

export function day(date) {
	const midnight = one => new Date(one.getFullYear(), one.getMonth(), one.getDate());
	const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
	if (days < 2) return t(days < 1 ? 'today' : 'yesterday');
	return date.toLocaleDateString(locale(), { weekday: 'short', day: 'numeric', month: 'long' });
}
