/** The search said in words, what was chosen bright: the server says "title: value". */
import type { ReactElement } from 'react';

const VALUE = /: (.+?)(?= and | e |, |\.$)/g;

export function Words({ words }: { words: string }): ReactElement {
  const parts: (string | ReactElement)[] = [];
  let end = 0;
  for (const found of words.matchAll(VALUE)) {
    const start = found.index + 2;
    parts.push(words.slice(end, start), <b key={start}>{found[1]}</b>);
    end = found.index + found[0].length;
  }
  return (
    <h1 className="words" data-cy="words">
      {parts}
      {words.slice(end)}
    </h1>
  );
}
