//! What is on the display, asked for in X's own protocol: the one place where a window is seen by somebody who is
//! neither the window nor its driver.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
};

/// A rectangle of the display.
#[derive(Clone, Copy)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// A connection to the display.
pub struct Screen {
    stream: UnixStream,
    root: [u8; 4],
}

impl Screen {
    /// Connects to the display that `DISPLAY` names; script/desktop's asks for no password.
    pub fn open() -> io::Result<Self> {
        let display = std::env::var("DISPLAY").unwrap_or_default();
        let number = display.trim_start_matches(':').split('.').next().unwrap_or_default();
        let mut stream = UnixStream::connect(format!("/tmp/.X11-unix/X{number}"))?;
        // Numbers with the lowest byte first, version 11.0, no authorization.
        stream.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        if head[0] != 1 {
            return Err(io::Error::other("the display refuses"));
        }
        let mut setup = vec![0; 4 * usize::from(u16::from_le_bytes([head[6], head[7]]))];
        stream.read_exact(&mut setup)?;
        let vendor = usize::from(u16::from_le_bytes([setup[16], setup[17]])).next_multiple_of(4);
        let formats = 8 * usize::from(setup[21]);
        let first_screen = &setup[32 + vendor + formats..];
        Ok(Self { stream, root: [first_screen[0], first_screen[1], first_screen[2], first_screen[3]] })
    }

    /// The pixels of an area, as the display keeps them.
    pub fn pixels(&mut self, area: Area) -> io::Result<Vec<u8>> {
        const GET_IMAGE: u8 = 73;
        const BY_PIXEL: u8 = 2;
        let mut request = vec![GET_IMAGE, BY_PIXEL, 5, 0];
        request.extend(self.root);
        for number in [area.x, area.y, area.width, area.height] {
            request.extend(number.to_le_bytes());
        }
        request.extend([0xff; 4]);
        self.stream.write_all(&request)?;
        let mut head = [0; 32];
        self.stream.read_exact(&mut head)?;
        if head[0] != 1 {
            return Err(io::Error::other("the display has no such area"));
        }
        let words = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut pixels = vec![0; 4 * words as usize];
        self.stream.read_exact(&mut pixels)?;
        Ok(pixels)
    }
}
