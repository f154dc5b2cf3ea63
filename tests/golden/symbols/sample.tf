# The network.
terraform {
  required_version = ">= 1.0"
}

variable "region" {
  type    = string
  default = "eu-1"
}

locals {
  name = "shop-${var.region}"
  tags = { owner = "x" }
}

resource "cloud_server" "web" {
  count = 2
  name  = local.name
  disk {
    size = 10
  }
}

module "store" {
  source = "./store"
}

output "address" {
  value = cloud_server.web[0].address
}
