# How the shop is built.
{ pkgs ? import <nixpkgs> { }, lib, version ? "1.4", ... }@args:

let
  inherit (lib) optional mkOption;
  shared = import ./shared.nix { inherit pkgs; };
  # What every package of the shop needs.
  inputs = with pkgs; [ cmake ninja sqlite ];
  greet = name: "hello ${name}";
  price = { net, rate ? 0.2 }: net * (1 + rate);
in
rec {
  name = "shop-${version}";
  src = ./src;
  services.shop.enable = true;
  meta = {
    description = "A shop";
    license = lib.licenses.asl20;
  };
  package = pkgs.stdenv.mkDerivation {
    inherit name src;
    buildInputs = inputs ++ optional (args ? debug) pkgs.gdb;
    buildPhase = ''
      cmake -B build ${src}
      ninja -C build
    '';
  };
  total = map (item: price { net = item.net; }) shared.items;
}
