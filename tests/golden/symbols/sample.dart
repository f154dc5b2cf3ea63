library shop;

import 'dart:async';
import 'package:shop/store.dart' as store show Store;
import '../tools.dart';
part 'order.g.dart';

const limit = 10;
typedef Handler = void Function(Order order);

/// Something with a price.
abstract class Priced {
  double get price;
  double discount(int percent);
}

enum State { open, closed }

mixin Logged {
  void log(String text) => print('order: $text');
}

/// An order. It has lines.
class Order<T extends Line> extends Base with Logged implements Priced {
  final String id;
  List<T> lines = [];
  static int count = 0;

  Order(this.id, {this.owner}) {
    var local = 1;
    count += local;
  }

  factory Order.empty() => Order('');

  @override
  double get price => lines.fold(0, (sum, line) => sum + line.price);

  // Adds a line.
  Future<Order<T>> add(T line, {int times = 1}) async {
    final copy = line;
    lines.add(copy);
    return this;
  }
}

extension Shout on String {
  String shout() => toUpperCase();
}

Future<void> main() async {
  final order = Order.empty();
}
