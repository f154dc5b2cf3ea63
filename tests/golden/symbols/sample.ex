defmodule Shop.Order do
  @moduledoc "An order with its lines."

  use GenServer
  alias Shop.{Line, Store}
  alias Shop.Tools, as: T
  import Enum, only: [map: 2]
  require Logger

  @limit 10
  defstruct [:id, lines: []]

  # Adds a line.
  @spec add(t(), Line.t()) :: t()
  def add(order, line) do
    copy = %{order | lines: [line | order.lines]}
    Logger.info("added #{line.name}")
    copy
  end

  def total(%__MODULE__{lines: lines}), do: map(lines, & &1.price)

  defp secret(x) when x > @limit, do: x

  defmacro shout(text) do
    quote do: String.upcase(unquote(text))
  end

  defmodule Key do
    def new, do: :key
  end
end

defprotocol Priced do
  def price(item)
end
