using namespace System.IO
Import-Module Store
. ./common.ps1

# The largest number.
$Limit = 10

enum State {
    Open
    Closed
}

# An order with its lines.
class Order : Base {
    [string]$Id
    [Line[]]$Lines

    Order([string]$id) {
        $this.Id = $id
    }

    [int] Total([int]$factor) {
        $sum = 0
        return $sum * $factor
    }
}

<# Adds a line. #>
function Add-Line {
    param([Order]$Order, [string]$Name = "x")
    $copy = $Order
    Write-Host "added $Name $($copy.Id)"
}

filter Select-Open { $_ }
