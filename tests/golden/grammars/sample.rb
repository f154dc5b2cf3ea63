# frozen_string_literal: true

require "json"

module Garden
  class Plant
    attr_reader :name

    def initialize(name, height: 0)
      @name = name
      @height = height
    end

    def grow!(by = 1)
      @height += by
      puts "#{@name} is #{@height} cm" if @height > 10
      self
    end

    def self.load(path)
      JSON.parse(File.read(path)).map do |row|
        new(row["name"], height: row.fetch("height") { 0 })
      end
    rescue Errno::ENOENT => e
      warn <<~TEXT
        cannot read #{path}: #{e.message}
      TEXT
      []
    end
  end
end

plants = %w[oak elm].each_with_index.to_h { |n, i| [n.to_sym, i] }
case plants
in { oak: Integer => n } then puts n
else puts(:none)
end
