import Foundation
import struct Swift.Array

let limit = 10
typealias Lines = [Line]

/// Something with a price.
protocol Priced: Comparable {
    associatedtype Unit
    var price: Double { get }
    func discount(_ percent: Int) -> Double
}

enum State: String {
    case open = "o", closed
    case failed(Error)

    var label: String { rawValue }
}

struct Line {
    let name: String
    var count = 1
}

// An order with its lines.
@MainActor
final class Order<T: Priced>: Base, Priced {
    static let shared = Order<Line>(id: "")
    private var lines: [Line] = []
    weak var owner: User?

    init(id: String) {
        self.id = id
        let local = 1
        super.init(local)
    }

    deinit { print("gone") }

    /// Adds a line.
    func add(_ line: Line, times: Int = 1) async throws -> Order<T> {
        let copy = line
        lines.append(contentsOf: (0..<times).map { i in let x = copy; return x })
        print("added \(line.name)")
        return self
    }
}

extension Order: Sendable {
    func helper() -> [String: Line] { [:] }
}

func run(order: Order<Line>) {}
