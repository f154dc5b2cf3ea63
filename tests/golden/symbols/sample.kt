package org.example.shop

import kotlin.math.max
import org.example.store.Store as Backend
import org.example.tools.*

const val LIMIT = 10
var counter: Int = 0
typealias Lines = List<Line>

/** Something with a price. */
interface Priced<T> : Comparable<T> {
    val price: Double
    fun discount(percent: Int): Double
}

enum class State(val code: String) {
    OPEN("o"),
    CLOSED("c");

    fun label(): String = code
}

data class Line(val name: String, var count: Int = 1)

/**
 * An order. It has lines.
 */
@Serializable
open class Order<T : Line>(private val id: String, backend: Backend) : Base(id), Priced<Order<T>> {
    override val price: Double get() = lines.sumOf { line -> val x = 1; x * line.count.toDouble() }
    private val lines = mutableListOf<T>()
    lateinit var owner: User

    // Adds a line.
    suspend fun add(line: T, times: Int = 1): Order<T> {
        val copy = line
        repeat(times) { lines.add(copy) }
        println("added ${line.name}")
        return this
    }

    inner class Key { val raw = ByteArray(1) }

    companion object {
        const val VERSION = 1
        fun empty(): Order<Line> = Order("", Backend())
    }
}

object Registry {
    val orders = HashMap<String, Order<Line>>()
}

fun String.shout(): String = uppercase()

fun main() {
    val order = Order.empty()
}
