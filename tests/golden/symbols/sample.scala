package org.example.shop

import scala.collection.mutable
import org.example.{Store, Tools => T}
import org.example.units.*

/** Something with a price. */
trait Priced[T] extends Ordered[T] {
  def price: Double
  val currency: String = "EUR"
}

case class Line(name: String, count: Int = 1)

// An order with its lines.
abstract class Order[T <: Line](val id: String, store: Store) extends Base(id) with Priced[Order[T]] {
  private val lines = mutable.ListBuffer.empty[T]
  var owner: Option[User] = None
  type Key = String

  /** Adds a line. */
  def add(line: T, times: Int): Order[T] = {
    val copy = line
    lines ++= Seq.fill(times)(copy)
    println(s"added ${line.name}")
    this
  }

  def load(): Future[T]
}

object Order {
  val Limit = 10
  def empty: Order[Line] = new Order[Line]("", null) { def load() = ??? }
}

enum State {
  case Open, Closed
  case Failed(reason: String)
}
