(** Orders. *)

open Printf

type t = { name : string; count : int }

(** The sum of all. *)
val total : t list -> int

exception Full of string

module type PRICED = sig
  type t
  val price : t -> float
end

module Order : sig
  type t
  val empty : t
end

external time : unit -> float = "sys_time"
