import React, { useState } from "react";
import { Button } from "./Button";

interface Props<T> {
  items: T[];
  render(item: T): React.ReactNode;
}

// A list that can be filtered.
export function List<T extends object>({ items, render }: Props<T>): JSX.Element {
  const [query, setQuery] = useState("");
  const visible = items.filter((item) => String(item).includes(query));
  return (
    <ul className="list">
      <Button onClick={() => setQuery("")}>clear</Button>
      {visible.map(render)}
    </ul>
  );
}

export const Title: React.FC<{ text: string }> = ({ text }) => <h1>{text}</h1>;

export class Panel extends React.Component<Props<string>, State> {
  state: State = { open: false };
  render() { return <div>{this.props.items}</div>; }
}
