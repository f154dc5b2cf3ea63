module Shop.Order exposing (Model, update, view)

import Html exposing (Html, div, text)
import Json.Decode as Decode


{-| A line of an order. -}
type alias Line =
    { name : String
    , count : Int
    }


type Msg
    = Add Line
    | Clear


port save : String -> Cmd msg



-- Adds a line.


update : Msg -> Model -> Model
update msg model =
    case msg of
        Add line ->
            let
                copy =
                    line
            in
            { model | lines = copy :: model.lines }

        Clear ->
            { model | lines = [] }


label =
    "x" ++ "y"


limit =
    10
