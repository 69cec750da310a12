// What the page says, in both languages.

const EN = {
  accountSettings: 'Account', add: 'Add', addMember: 'Add a member', agentsEmpty: 'Nobody else is here yet. Add a colleague and send them the link.',
  all: 'All', allTeams: 'All teams', answer: 'Reply', answerTo: 'Reply to the customer…', assign: 'Assign', assignee: 'Assignee',
  attach: 'Attach files', automatic: 'Bot', away: 'Away', back: 'Back', behind: 'Catching up…', blocked: 'Blocked', bot: 'Bot',
  botFound: 'What the bot found', canned: 'Saved replies', cancel: 'Cancel', card: 'Customer', channel: 'Channel', claim: 'Claim',
  close: 'Resolve', closed: 'Closed', commands: 'Commands', confirmDelete: 'Delete this message?', context: 'Context', copied: 'Copied', copy: 'Copy link',
  customer: 'Customer', customerTyping: 'The customer is typing…', deleted: 'This message was deleted', delete: 'Delete', disable: 'Disable', disabled: 'Disabled', display: 'Name customers see',
  dropHere: 'Drop files to attach them', earlier: 'Earlier tickets', edit: 'Edit', edited: 'edited', elsewhere: 'This ticket is answered in another chat.', enable: 'Enable',
  failed: 'That did not work: {why}', filesTooLarge: '{name} is larger than 20 MB', filters: 'Filters', firstTicket: 'No tickets yet',
  firstTicketHelp: 'Tickets appear here when a customer asks for a person, or asks what the bot cannot answer.',
  firstWidget: 'Put the widget on your website:', firstKnowledge: 'Give the bot something to know:', firstTeam: 'Invite your colleagues:', firstTeamLink: 'open the team page',
  free: 'Nobody', help: 'Keyboard shortcuts', high: 'High', hold: 'Put on hold', holdWhy: 'Why does it rest?', in_progress: 'In progress', info: 'Customer and ticket',
  invite: 'New sign-in link', inviteOnce: 'This link works once and is shown only now:', justNow: 'now', keyClaim: 'Claim', keyClose: 'Resolve', keyHelp: 'This sheet', keyNext: 'Next ticket',
  keyNote: 'Write a note', keyPrevious: 'Previous ticket', keyReply: 'Write a reply', keySearch: 'Search', keyEdit: 'Edit the last line', keySend: 'Send', keyLine: 'New line', keyBack: 'Close or go back',
  language: 'Language', last: 'Last', loadMore: 'Show more', longest: 'Longest wait', low: 'Low', member: 'Member', mine: 'Mine', mute: 'Mute rings', name: 'Name in commands',
  newest: 'Latest first', newLines: 'New', newMessages: 'New messages', noMatch: 'No ticket matches.', noMine: 'You have no open tickets. Enjoy the quiet, or claim one.', noUnclaimed: 'Nobody is waiting to be picked up.', none: 'none', normal: 'Normal', note: 'Note',
  noteTo: 'Only your team sees this…', notDelivered: 'Not delivered', notDeliveredWhy: 'Not delivered: {why}', notices: 'Allow notifications', noticesAsk: 'Be told when a ticket needs you, even in another tab.', notNow: 'Not now', number: 'Number',
  offline: 'Offline', offlineBar: 'No connection. What you write is kept and sent later.', on_hold: 'On hold', onHoldUntil: 'On hold until {time}: {why}', online: 'Online', open: 'Open', opened: 'Opened',
  password: 'Password', passwordChange: 'Change your password', passwordNew: 'New password (8 characters or more)', passwordNow: 'Current password', passwordSaved: 'Your password is saved.', pending: 'Waiting', people: 'Team', pickThread: 'Choose a ticket on the left.',
  presence: 'Your presence', priority: 'Priority', quickClose: 'Resolve without a survey', reading: '{names} reading', remove: 'Remove', reopen: 'Reopen', reply: 'Reply', resolved: 'Resolved',
  retry: 'Try again', ring_answered: 'The customer wrote in #{number}', ring_assigned: '#{number} is yours now', ring_new: 'New ticket #{number}', ring_urgent: 'Urgent: #{number}', ring_waiting: '#{number} is waiting too long',
  roles: 'Roles', room: 'Room', roomHint: 'Commands that belong to no ticket: /queue, /status, /kb …', save: 'Save', search: 'Search', searchHint: 'Number, customer, subject or words', searching: 'Searching…', send: 'Send', sendAnyway: 'Send', sending: 'Sending…', waitingToSend: 'Will be sent when you are online again',
  signIn: 'Sign in', signInFailed: 'That did not work. Ask an admin for a new link, or check name and password.', signInLink: 'Signing you in…', signInTitle: 'Team room', signInHelp: 'Open the link that you were given, or sign in with your name and password.', signOut: 'Sign out', skills: 'Skills', source: 'From',
  state: 'State', suspended: 'Spam', system: 'Desk', tags: 'Tags', addTag: 'Add a tag', team: 'Team', teamRoom: 'Team room', thread: 'Conversation', tickets: 'Tickets', time: 'Time', today: 'Today', typing: '{names} typing…', unclaimed: 'Unclaimed',
  undo: 'Undo', undoIn: 'Undo ({seconds})', unknownDelivery: 'May not have arrived', unmute: 'Unmute rings', unread: 'unread', upload: 'Uploading {name}', urgent: 'Urgent', username: 'Name', waiting: 'waiting {time}', why: 'Why', writeNote: 'Add note', yesterday: 'Yesterday', you: 'You', roomEmpty: 'Nothing has been said here yet. Type / to see what can be asked.', theme: 'Language: 中文',
};

const ZH = {
  accountSettings: '账号', add: '添加', addMember: '添加成员', agentsEmpty: '这里还只有您。添加一位同事，把链接发给他。',
  all: '全部', allTeams: '所有团队', answer: '回复', answerTo: '回复客户…', assign: '分配', assignee: '负责人',
  attach: '添加文件', automatic: '机器人', away: '离开', back: '返回', behind: '正在补读…', blocked: '已拉黑', bot: '机器人',
  botFound: '机器人找到的', canned: '常用回复', cancel: '取消', card: '客户', channel: '渠道', claim: '领取',
  close: '完成', closed: '已关闭', commands: '命令', confirmDelete: '删除这条消息？', context: '来源信息', copied: '已复制', copy: '复制链接',
  customer: '客户', customerTyping: '客户正在输入…', deleted: '消息已撤回', delete: '撤回', disable: '停用', disabled: '已停用', display: '客户看到的名字',
  dropHere: '松开即可添加文件', earlier: '以前的工单', edit: '编辑', edited: '已编辑', elsewhere: '这个工单在别的聊天里回复。', enable: '启用',
  failed: '没有成功：{why}', filesTooLarge: '{name} 超过 20 MB', filters: '筛选', firstTicket: '还没有工单',
  firstTicketHelp: '客户要找真人，或机器人答不上来时，工单会出现在这里。',
  firstWidget: '把客服窗口放到网站上：', firstKnowledge: '给机器人一些知识：', firstTeam: '邀请同事：', firstTeamLink: '打开团队页',
  free: '无人', help: '键盘快捷键', high: '高', hold: '挂起', holdWhy: '为什么挂起？', in_progress: '处理中', info: '客户与工单',
  invite: '新的登录链接', inviteOnce: '此链接只能用一次，只在现在显示：', justNow: '刚刚', keyClaim: '领取', keyClose: '完成', keyHelp: '本表', keyNext: '下一个工单',
  keyNote: '写备注', keyPrevious: '上一个工单', keyReply: '写回复', keySearch: '搜索', keyEdit: '编辑上一条', keySend: '发送', keyLine: '换行', keyBack: '关闭或返回',
  language: '语言', last: '最近', loadMore: '显示更多', longest: '等得最久', low: '低', member: '成员', mine: '我的', mute: '关闭提示音', name: '命令里的名字',
  newest: '最近更新', newLines: '新消息', newMessages: '新消息', noMatch: '没有符合的工单。', noMine: '您没有未完成的工单。歇一会儿，或领取一个。', noUnclaimed: '没有人在等待领取。', none: '无', normal: '普通', note: '备注',
  noteTo: '只有团队能看到…', notDelivered: '未送达', notDeliveredWhy: '未送达：{why}', notices: '允许通知', noticesAsk: '有工单需要您时通知您，即使您在别的标签页。', notNow: '以后再说', number: '编号',
  offline: '离线', offlineBar: '连接断开。您写的内容会保存，稍后发送。', on_hold: '挂起', onHoldUntil: '挂起到 {time}：{why}', online: '在线', open: '未完成', opened: '创建时间',
  password: '密码', passwordChange: '修改密码', passwordNew: '新密码（至少 8 个字符）', passwordNow: '当前密码', passwordSaved: '密码已保存。', pending: '待处理', people: '团队', pickThread: '请在左边选一个工单。',
  presence: '您的状态', priority: '优先级', quickClose: '完成，不发评价', reading: '{names} 正在看', remove: '移除', reopen: '重开', reply: '回复', resolved: '已完成',
  retry: '重试', ring_answered: '#{number} 的客户有新消息', ring_assigned: '#{number} 分配给了您', ring_new: '新工单 #{number}', ring_urgent: '紧急：#{number}', ring_waiting: '#{number} 等得太久了',
  roles: '角色', room: '工作群', roomHint: '与工单无关的命令：/queue、/status、/kb …', save: '保存', search: '搜索', searchHint: '编号、客户、主题或内容', searching: '正在搜索…', send: '发送', sendAnyway: '发送', sending: '正在发送…', waitingToSend: '连上网络后发送',
  signIn: '登录', signInFailed: '没有成功。请向管理员要一个新链接，或检查名字和密码。', signInLink: '正在登录…', signInTitle: '客服工作台', signInHelp: '打开您收到的链接，或用名字和密码登录。', signOut: '退出', skills: '技能', source: '来自',
  state: '状态', suspended: '垃圾', system: '系统', tags: '标签', addTag: '添加标签', team: '团队', teamRoom: '客服工作台', thread: '对话', tickets: '工单', time: '时间', today: '今天', typing: '{names} 正在输入…', unclaimed: '待领取',
  undo: '撤回', undoIn: '撤回（{seconds}）', unknownDelivery: '可能没有送达', unmute: '打开提示音', unread: '未读', upload: '正在上传 {name}', urgent: '紧急', username: '名字', waiting: '已等 {time}', why: '原因', writeNote: '添加备注', yesterday: '昨天', you: '您', roomEmpty: '这里还没有内容。输入 / 看看能问什么。', theme: 'Language: English',
};

const WORDS = { en: EN, zh: ZH };
const KEPT = 'frontdesk.language';
let current = localStorage.getItem(KEPT) || (navigator.language.startsWith('zh') ? 'zh' : 'en');

/** `zh` or `en`. */
export const language = () => current;

/** Changes the language and remembers it. */
export function speak(name) {
  current = WORDS[name] ? name : 'en';
  localStorage.setItem(KEPT, current);
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';
}

document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';

/** The words under a key, with `{values}` put in. */
export function t(key, values = {}) {
  const words = WORDS[current][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
