// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import "./Base.sol";
import {Price, Store as Shelf} from "./store/Store.sol";
import * as Maths from "lib/Maths.sol";

uint256 constant TAX = 20;

struct Line {
    uint256 price;
    address buyer;
}

enum State {
    Open,
    Paid,
    Shipped
}

error TooExpensive(uint256 price);

/// What an order must do.
interface Payable {
    function pay(uint256 amount) external returns (bool);
}

library Sums {
    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        return a + b;
    }
}

/// An order with its lines.
contract Order is Base, Payable {
    using Sums for uint256;

    event Paid(address indexed buyer, uint256 amount);

    mapping(uint256 => Line) public lines;
    uint256 private count;
    State public state;
    uint256 public constant MOST = 100;

    modifier onlyOpen() {
        require(state == State.Open, "closed");
        _;
    }

    constructor(address owner) Base(owner) {
        state = State.Open;
    }

    /// Adds a line.
    function addLine(uint256 price) public onlyOpen {
        if (price > MOST) revert TooExpensive(price);
        Line memory line = Line({price: price, buyer: msg.sender});
        lines[count] = line;
        count += 1;
    }

    function pay(uint256 amount) external override returns (bool) {
        uint256 sum = 0;
        for (uint256 i = 0; i < count; i++) {
            sum = sum.add(lines[i].price);
        }
        emit Paid(msg.sender, amount);
        return amount >= sum;
    }

    receive() external payable {}
}
