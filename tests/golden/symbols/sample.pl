#!/usr/bin/perl
use strict;
use warnings;
use Shop::Store qw(find_order);
use parent -norequire, 'Shop::Base';
require Shop::Price;
require "./lib/tax.pl";

package Shop::Order;

use constant TAX => 0.2;

our $VERSION = '1.4';
our @EXPORT_OK = qw(total);
my %rates = (de => 0.19, fr => 0.2);

# An order with its lines.
sub new {
    my ($class, %args) = @_;
    my $self = { id => $args{id}, lines => [] };
    return bless $self, $class;
}

# Adds a line and answers the order.
sub add_line {
    my ($self, $line) = @_;
    push @{ $self->{lines} }, $line;
    foreach my $part (@{ $line->{parts} }) {
        print "part $part->{name}\n" if $part;
    }
    return $self;
}

sub total($self, $rate = TAX) {
    my $sum = 0;
    $sum += $_->{price} for @{ $self->{lines} };
    my $with_tax = sub { my $net = shift; return $net * (1 + $rate); };
    return $with_tax->($sum);
}

package Shop::Report {
    sub print_order {
        my $order = Shop::Order->new(id => 7);
        my $text = <<"END";
total: @{[ $order->total ]}
END
        print $text;
    }
}

1;

__END__

=head1 NAME

Shop::Order - an order
