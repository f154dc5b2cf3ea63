import React, { useState } from "react";

// A counter with a limit.
export function Counter({ limit = 10, ...rest }) {
  const [count, setCount] = useState(0);
  const label = `count: ${count} of ${limit}`;
  const bump = async () => {
    if (count >= limit) return;
    setCount((n) => n + 1);
    await fetch(`/log?n=${encodeURIComponent(count)}`);
  };
  return (
    <button onClick={bump} className="counter" {...rest}>
      {label.replace(/\d+/g, (d) => `<${d}>`)} <b>now</b>
    </button>
  );
}

class Store {
  #items = new Map();
  static of(...pairs) {
    return Object.assign(new Store(), { pairs });
  }
  get size() {
    return this.#items?.size ?? 0;
  }
}
