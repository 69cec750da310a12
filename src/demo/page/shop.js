// The shop's two languages; the chat follows.

const choice = document.getElementById('language');

function speak(language) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-en]')) element.textContent = element.dataset[language];
  choice.textContent = language === 'zh' ? 'English' : '中文';
  choice.lang = language === 'zh' ? 'en' : 'zh';
  window.frontdesk?.language(language);
}

choice.addEventListener('click', () => speak(document.documentElement.lang.startsWith('zh') ? 'en' : 'zh'));
if (navigator.language.startsWith('zh')) speak('zh');
