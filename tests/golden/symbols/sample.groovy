package org.example.shop

import groovy.json.JsonSlurper
import static java.lang.Math.max

// An order with its lines.
class Order extends Base implements Priced {
    static final int LIMIT = 10;
    private List<Line> lines = [];
    String owner;

    Order(String id) {
        this.id = id
    }

    /** Adds a line. */
    Order add(Line line, int times) {
        def copy = line
        lines.each { it.count = 1 }
        println("added ${line.name}")
        return this
    }
}

interface Priced {
    double price()
}

enum State { OPEN, CLOSED }

def helper(String a) {
    return new JsonSlurper().parseText(a)
}
