/** Styles come with the code that they are for. */
export function addStyles(name: string, text: string): void {
  const id = `hepatia-style-${name}`;
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = text;
  document.head.append(style);
}
