{-# LANGUAGE OverloadedStrings #-}
module Shop.Order (Order (..), total) where

import qualified Data.Map as Map
import Data.List (sortBy, foldl')
import Control.Monad

-- | A line of an order.
data Line = Line { name :: String, count :: Int } deriving (Show, Eq)

data Shape a = Circle Double | Square { side :: a }

newtype Id = Id { raw :: String }

type Lines = [Line]

-- | Something with a price.
class Ord a => Priced a where
  price :: a -> Double
  discount :: a -> Int -> a

instance Priced Line where
  price line = fromIntegral (count line)

-- | All lines together.
total :: [Line] -> Double
total lines = sum (map price lines) + extra
  where
    extra = 1

limit :: Int
limit = 10

main :: IO ()
main = do
  let order = total []
  putStrLn "done"
