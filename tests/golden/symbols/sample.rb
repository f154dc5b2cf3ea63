# frozen_string_literal: true
require 'json'
require_relative 'store/base'

module Shop
  TAX = 0.2

  # An order with its lines.
  class Order < Base
    include Comparable
    attr_reader :id, :lines
    attr_accessor :owner
    RATES = { de: 0.19 }.freeze
    @@count = 0

    # Makes an order.
    def initialize(id, lines: [])
      @id = id
      @lines = lines
      local = 1
    end

    def total
      lines.sum { |line| x = line.price; x * (1 + TAX) }
    end

    def self.find(id)
      new(JSON.parse("#{id}"))
    end

    def <=>(other) = id <=> other.id

    class << self
      def all; [] end
    end

    private

    def secret? = true
  end
end

def helper(name) = puts(name)
