// g++ 12 frees the chosen operand twice.
Task f(bool b, Value x, Value y) { co_await take(b ? make(x) : make(y)); }
