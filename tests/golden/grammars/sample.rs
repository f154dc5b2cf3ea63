//! Shapes and their areas.
use std::{collections::HashMap, fmt};

#[derive(Debug, Clone, PartialEq)]
pub enum Shape<'a> {
    Circle { radius: f64 },
    Named(&'a str),
}

/// Something with an area.
pub trait Area {
    fn area(&self) -> Option<f64>;
}

impl<'a> Area for Shape<'a> {
    fn area(&self) -> Option<f64> {
        match self {
            Shape::Circle { radius } if *radius > 0.0 => Some(std::f64::consts::PI * radius.powi(2)),
            Shape::Circle { .. } => None,
            Shape::Named(_) => None,
        }
    }
}

pub async fn sum<I>(shapes: I) -> Result<f64, Box<dyn std::error::Error>>
where
    I: IntoIterator<Item = Shape<'static>>,
{
    let mut seen: HashMap<String, usize> = HashMap::new();
    let total = shapes.into_iter().filter_map(|s| s.area()).sum();
    seen.entry(format!("{total:?}")).or_insert(1);
    println!(r#"total "{}""#, total);
    Ok(total)
}
