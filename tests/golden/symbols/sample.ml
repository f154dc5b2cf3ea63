open Printf
module M = Map.Make (String)

(* The largest number of lines. *)
let limit = 10

type line = { name : string; mutable count : int }

type shape =
  | Circle of float
  | Square of { side : float }

exception Full of string

module type PRICED = sig
  type t
  val price : t -> float
end

(** An order with its lines. *)
module Order = struct
  type t = line list

  let empty = []

  let add (order : t) line =
    let copy = line :: order in
    printf "added %s\n" line.name;
    copy
end

class counter = object
  val mutable n = 0
  method next = n <- n + 1; n
end

let rec total = function
  | [] -> 0
  | line :: rest -> line.count + total rest

external time : unit -> float = "sys_time"
