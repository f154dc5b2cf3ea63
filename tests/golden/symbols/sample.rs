//! Shapes and what can be done with them.
use std::collections::{BTreeMap, HashMap as Map};
use crate::draw::{self, Canvas, style::*};
use super::Unit;
extern crate serde as sd;
mod color;

/// The largest radius.
pub const MAX_RADIUS: f64 = 10.0;
static mut COUNT: usize = 0;
pub type Shapes = Vec<Box<dyn Shape>>;

/// Something that can be drawn. Needs a canvas.
pub trait Shape: Named + Send {
    const SIDES: u32;
    type Output;
    fn area(&self) -> f64;
    fn draw(&self, canvas: &mut Canvas) -> Result<Self::Output, Error> { canvas.draw(self) }
}

/// A circle.
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Circle<'a> {
    pub radius: f64,
    style: Option<&'a Style>, // may be shared
}

pub struct Wrapper(pub Circle<'static>);

pub enum Event {
    /// A key was hit.
    Key(char),
    Resize { width: u32, height: u32 },
    Quit,
}

impl<'a> Circle<'a> {
    pub fn new(radius: f64) -> Self {
        let style = Style::default();
        let scale = |x: f64| { let y = x; y * 2.0 };
        Circle { radius: scale(radius), style: None }
    }
}

impl<'a> Shape for Circle<'a> {
    fn area(&self) -> f64 { std::f64::consts::PI * self.radius.powi(2) }
}

macro_rules! square {
    ($x:expr) => { $x * $x };
}

pub mod tests {
    pub async fn run(all: &[Event]) -> Option<&Event> { all.first() }
}

#[no_mangle]
pub extern "C" fn shape_count() -> usize { unsafe { COUNT } }
