/** GitHub's two looks. */
export type Theme = 'light' | 'dark'

const colours = {
  light: { page: '#ffffff', line: '#d1d9e0', head: '#1f2328', note: '#59636e' },
  dark: { page: '#0d1117', line: '#3d444d', head: '#f0f6fc', note: '#9198a1' },
} as const

/**
 * PURE. A page that shows a step summary as a run's page on GitHub does. It needs marked.umd.js and mermaid.min.js beside
 * it, and gives its height in `data-height` when all is drawn.
 * @param styles of github-markdown-css
 */
export function makePage(summary: string, theme: Theme, styles: string): string {
  const { page, line, head, note } = colours[theme]
  // No end of the script can stand in it.
  const text = JSON.stringify(summary).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html><head><meta charset="utf-8"><style>${styles}
html, body { margin: 0; background: ${page} }
.frame { margin: 16px; border: 1px solid ${line}; border-radius: 6px; font-family: -apple-system, "Liberation Sans", sans-serif }
.title { padding: 16px; border-bottom: 1px solid ${line}; color: ${head}; font-size: 14px; font-weight: 600 }
.title span { color: ${note}; font-weight: 400 }
.markdown-body { padding: 16px; font-size: 14px }
.markdown-body .mermaid { text-align: center }
.markdown-body .mermaid svg { max-height: 300px }
</style></head><body>
<div class="frame"><div class="title">backup <span>summary</span></div><article class="markdown-body" id="summary"></article></div>
<script src="marked.umd.js"></script><script src="mermaid.min.js"></script>
<script>
const article = document.getElementById('summary')
article.innerHTML = marked.parse(${text}, { gfm: true })
for (const code of article.querySelectorAll('code.language-mermaid')) {
  const chart = document.createElement('div')
  chart.className = 'mermaid'
  chart.textContent = code.textContent
  code.parentElement.replaceWith(chart)
}
mermaid.initialize({ startOnLoad: false, theme: '${theme === 'dark' ? 'dark' : 'default'}' })
mermaid.run({ querySelector: '.mermaid' }).then(() => {
  document.documentElement.dataset.height = Math.ceil(document.querySelector('.frame').getBoundingClientRect().height + 32)
})
</script></body></html>
`
}
