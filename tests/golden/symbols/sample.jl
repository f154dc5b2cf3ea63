module Shop

using LinearAlgebra
import Base: show, length
import JSON as J
include("store.jl")
export Order, total

const LIMIT = 10
counter = 0

abstract type Priced end

"A line of an order."
struct Line <: Priced
    name::String
    count::Int
end

# An order with its lines.
mutable struct Order{T} <: AbstractVector{T}
    lines::Vector{Line}
    owner
end

# Adds them all.
function total(order::Order, factor::Float64 = 1.0)::Float64
    sum = 0
    for line in order.lines
        sum += line.count
    end
    println("sum $(sum)")
    return sum * factor
end

area(r) = pi * r^2

macro shout(text)
    :(uppercase($text))
end

end
