import * as React from "react";

type Props<T> = { items: T[]; render: (item: T) => React.ReactNode };

export function List<T extends object>({ items, render }: Props<T>): JSX.Element {
  const rows = React.useMemo<React.ReactNode[]>(() => items.map(render), [items, render]);
  return (
    <>
      <ul data-count={items.length}>
        {rows.map((row, i) => (
          <li key={i}>{row}</li>
        ))}
      </ul>
    </>
  );
}
